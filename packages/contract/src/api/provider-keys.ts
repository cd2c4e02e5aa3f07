import { z } from 'zod';
import { channelModelSchema, disabledSchema } from './configuration.ts';
import { channelNameSchema, modelNameSchema } from '../entities/names.ts';
import { momentSchema } from './page.ts';
import { providerSchema } from './site.ts';

/** Keys that people and teams bring to providers. Each is a channel that serves its owner and nobody else. */

/** When a key of one's own is asked: before the gateway's channels, when they fail, or in their place. */
export const placements = ['before', 'after', 'only'] as const;
export type Placement = (typeof placements)[number];

const fields = {
  name: channelNameSchema.describe('Unique among the keys of its owner.'),
  credential: z
    .record(z.string().max(60), z.string().max(65_536))
    .describe('The fields that the provider asks for; never shown again.'),
  settings: z.record(z.string(), z.json()).describe('Fields of the provider’s settings, such as a region.'),
  models: z.array(channelModelSchema).min(1).max(500).describe('What is asked by it, by the names that clients use.'),
  placement: z
    .enum(placements)
    .describe(
      '`before`: asked first, the gateway’s own after it. `after`: asked when those fail or rest. `only`: its models are never asked of the gateway’s own.',
    ),
  enabled: z.boolean(),
};

const provider = z.string().min(1).max(60).describe('Id of a provider that keys may be brought to.');
const teamId = z.string().max(60).describe('The team whose key it is; absent for one’s own.');

export const providerKeyInputSchema = z.strictObject({
  ...fields,
  provider,
  teamId: teamId.optional(),
  settings: fields.settings.default({}),
  placement: fields.placement.default('before'),
  enabled: fields.enabled.default(true),
});
export type ProviderKeyInput = z.output<typeof providerKeyInputSchema>;

export const providerKeyPatchSchema = z.strictObject(fields).partial();
export type ProviderKeyPatch = z.output<typeof providerKeyPatchSchema>;

export const providerKeyQuerySchema = z.strictObject({
  teamId: teamId.describe('Those of a team; absent: one’s own.').optional(),
  all: z.stringbool().default(false).describe('Everybody’s, for administrators.'),
});

export const providerKeySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    owner: z.strictObject({ kind: z.enum(['person', 'team']), id: z.string(), name: z.string() }),
    provider: z.string(),
    settings: z.record(z.string(), z.json()),
    hints: z.record(z.string(), z.string()).describe('Field of the credential to its masked value, such as `…a1b2`.'),
    models: z.array(z.strictObject({ name: z.string(), upstream: z.string() })),
    placement: z.enum(placements),
    enabled: z.boolean().describe('Whether its owner has it in use.'),
    stopped: disabledSchema.describe('Set while an administrator has stopped it.'),
    disabled: disabledSchema.describe(
      'Set while the gateway has taken it out of use, because the provider refused it.',
    ),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'ProviderKey' });
export type ProviderKeyView = z.output<typeof providerKeySchema>;

export const providerKeyStopSchema = z.strictObject({
  stopped: z.boolean(),
  reason: z.string().max(300).default('').describe('Shown to its owner.'),
});

/** What is tried before it is kept: the same as would be kept, and one of its models. */
export const providerKeyTrialSchema = z.strictObject({
  provider,
  credential: fields.credential,
  settings: fields.settings.default({}),
  model: modelNameSchema.describe('The provider’s name of the model that is asked.'),
});

export const providerKeyTestSchema = z.strictObject({
  model: modelNameSchema.optional().describe('Absent: its first one.'),
});

export const providerKeyTriedSchema = z.strictObject({
  ok: z.boolean(),
  status: z.int().describe('The provider’s; 0 when there was no answer.'),
  durationMs: z.int(),
  message: z.string().describe('What went wrong, in the provider’s words where it said any.'),
});

export const providerKeyModelsSchema = z.strictObject({
  models: z.array(z.string()).describe('The provider’s names of the models that the key may use.'),
});

export const providerKeyChoicesSchema = z.strictObject({
  enabled: z.boolean().describe('Whether keys may be brought at all.'),
  most: z.int().describe('How many an owner may have.'),
  feePercent: z.string().describe('What a request through them costs the caller, in percent of the model’s price.'),
  providers: z.array(providerSchema),
});
