import { z } from 'zod';
import { channelFields } from '../entities/channel.ts';
import { changeShape, inputShape, shownShape } from '../entities/field.ts';
import { groupFields } from '../entities/group.ts';
import { modelFields } from '../entities/model.ts';
import { channelNameSchema, groupNameSchema, modelNameSchema, tagSchema } from '../entities/names.ts';
import { modelOperations } from '../model-operations.ts';
import { overridesInputSchema, overridesSchema } from './overrides.ts';
import { pageQuerySchema } from './page.ts';
import { priceSchema } from '../price.ts';

/**
 * Channels, models with prices, and groups, as the admin API, the console's forms and the config file write them.
 * One shape for all three: money and multipliers are decimal strings, so that no float ever touches them.
 * In a PATCH an absent field keeps its value and an explicit null goes back to the default.
 */

export const multiplierSchema = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'must be a decimal number with at most 6 decimals, not negative')
  .describe('Factor on prices, as a decimal string; 0 is free.');

const operations = z
  .array(z.enum(modelOperations))
  .max(modelOperations.length)
  .describe(
    'What can be asked of the model: `chat` stands for its lesser forms too. Absent: as it is known, else everything.',
  );

export const channelModelSchema = z.union([
  modelNameSchema,
  z.strictObject({
    name: modelNameSchema,
    upstream: modelNameSchema.optional().describe('Name sent upstream, when it differs.'),
    baseModel: modelNameSchema
      .optional()
      .describe('The model that it is, where its upstream name does not tell: `gpt-5` of a deployment called `prod`.'),
    operations: operations.optional(),
  }),
]);

/**
 * One account at the provider: the fields its descriptor asks for, flat, plus `enabled`. In an update of a channel an
 * entry with an `id` stands for the stored credential, whose secrets are kept unless given anew.
 */
export const credentialInputSchema = z
  .object({ id: z.string().max(80).optional(), enabled: z.boolean().optional() })
  .catchall(z.string().max(65_536).describe('A field of the provider’s credential; never shown again.'));

const baseUrl = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .refine(
    (text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''),
    'must not carry a user name or password',
  )
  .refine((text) => !URL.canParse(text) || new URL(text).hash === '', 'must not have a fragment');

const proxy = z
  .url({ protocol: /^(https?|socks5h?)$/, error: 'must be an http://, https://, socks5:// or socks5h:// URL' })
  .max(1000);

/** Fields with rules of their own; the others are declared in entities/channel.ts. */
const written = {
  provider: z.string().min(1).max(60).describe('Id of a provider.'),
  baseUrl: baseUrl.describe('As the vendor’s own SDK takes it. Default: the provider’s.'),
  credentials: z.array(credentialInputSchema).max(1000),
  models: z.array(channelModelSchema).max(5000),
  overrides: overridesInputSchema,
  proxy: proxy.describe('Proxy to the upstream.'),
};

export const channelInputSchema = z.strictObject({
  name: channelNameSchema,
  provider: written.provider,
  baseUrl: written.baseUrl.nullish(),
  credentials: written.credentials.default([]),
  models: written.models.default([]),
  overrides: written.overrides.prefault({}),
  proxy: written.proxy.nullish(),
  ...inputShape(channelFields),
});
export type ChannelInput = z.output<typeof channelInputSchema>;

export const channelPatchSchema = z
  .strictObject({
    name: channelNameSchema,
    provider: written.provider,
    baseUrl: written.baseUrl.nullable(),
    credentials: written.credentials.nullable(),
    models: written.models.nullable(),
    overrides: written.overrides.nullable(),
    proxy: written.proxy.nullable(),
    ...changeShape(channelFields),
    disabledReason: z.string().max(300).nullable().describe('Why it is being disabled.'),
  })
  .partial();
export type ChannelPatch = z.output<typeof channelPatchSchema>;

export const channelCopySchema = z.strictObject({ name: channelNameSchema, enabled: z.boolean().default(false) });

export const disabledSchema = z
  .strictObject({ reason: z.string(), by: z.string(), at: z.int() })
  .nullable()
  .describe('Why, by whom and when it was disabled.');

/** What is shown of a channel. Of a credential only the last four characters of its secrets, and of long ones only. */
export const channelSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  baseUrl: z.string(),
  credentials: z.array(
    z.strictObject({
      id: z.string(),
      index: z.int().describe('Stable number of the credential within the channel.'),
      enabled: z.boolean().describe('As it is configured; `disabled` says whether it is out of use.'),
      disabled: disabledSchema,
      hints: z.record(z.string(), z.string()).describe('Field to its masked value, such as `…a1b2`.'),
      createdAt: z.int(),
    }),
  ),
  models: z.array(
    z.strictObject({
      name: z.string(),
      upstream: z.string(),
      baseModel: z.string().optional(),
      operations: z.array(z.string()).optional(),
    }),
  ),
  overrides: overridesSchema.describe(
    'Values of headers that look secret are masked; a mask sent back keeps the stored value.',
  ),
  proxy: z.string().nullable().describe('With its password masked.'),
  ...shownShape(channelFields),
  disabled: disabledSchema,
  owner: z.string().nullable().describe('`file:<source>` when a config file owns it; it is then locked here.'),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type ChannelView = z.output<typeof channelSchema>;

export const channelQuerySchema = z.strictObject({
  tag: tagSchema.optional().describe('Only channels that have this tag.'),
});
export type ChannelQuery = z.output<typeof channelQuerySchema>;

/** Fields with rules of their own; the others are declared in entities/model.ts. */
const writtenOfModel = {
  price: priceSchema,
  free: z.boolean().describe('Priced at zero on purpose.'),
  operations,
};

const notBoth = (model: { readonly price?: unknown; readonly free?: boolean | null | undefined }): boolean =>
  !(model.free === true && model.price !== undefined && model.price !== null);

export const modelInputSchema = z
  .strictObject({
    name: modelNameSchema,
    price: writtenOfModel.price.nullish(),
    free: writtenOfModel.free.default(false),
    operations: writtenOfModel.operations.nullish(),
    ...inputShape(modelFields),
  })
  .refine(notBoth, { path: ['free'], message: 'cannot stand beside a price' });
export type ModelInput = z.output<typeof modelInputSchema>;

export const modelPatchSchema = z
  .strictObject({
    price: writtenOfModel.price.nullable(),
    free: writtenOfModel.free.nullable(),
    operations: writtenOfModel.operations.nullable(),
    ...changeShape(modelFields),
  })
  .partial()
  .refine(notBoth, { path: ['free'], message: 'cannot stand beside a price' });
export type ModelPatch = z.output<typeof modelPatchSchema>;

const priceVersionSchema = z.strictObject({
  version: z.string(),
  price: priceSchema.nullable().describe('Null for a model that is free.'),
  free: z.boolean(),
  source: z.string(),
  asOf: z.string(),
  createdAt: z.int(),
});
export type PriceVersionView = z.output<typeof priceVersionSchema>;

export const modelSchema = z.strictObject({
  name: z.string(),
  current: priceVersionSchema.nullable().describe('The price in force; null when the model has none.'),
  ...shownShape(modelFields),
  operations: z.array(z.string()).nullable().describe('Null: as the model is known, else everything.'),
  owner: z.string().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type ModelView = z.output<typeof modelSchema>;

export const modelDetailSchema = modelSchema.extend({
  history: z.array(priceVersionSchema).describe('Every version, newest first.'),
});
export type ModelDetailView = z.output<typeof modelDetailSchema>;

const userGroups = z
  .record(groupNameSchema, multiplierSchema)
  .describe('Multipliers that replace the group’s own for users of the named group.');

export const groupInputSchema = z.strictObject({
  name: groupNameSchema,
  multiplier: multiplierSchema.default('1'),
  userGroups: userGroups.default({}),
  ...inputShape(groupFields),
});
export type GroupInput = z.output<typeof groupInputSchema>;

export const groupPatchSchema = z
  .strictObject({
    multiplier: multiplierSchema.nullable(),
    userGroups: userGroups.nullable(),
    ...changeShape(groupFields),
  })
  .partial();
export type GroupPatch = z.output<typeof groupPatchSchema>;

export const groupSchema = z.strictObject({
  name: z.string(),
  multiplier: z.string(),
  userGroups: z.record(z.string(), z.string()),
  ...shownShape(groupFields),
  owner: z.string().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type GroupView = z.output<typeof groupSchema>;

/** A leaf of the settings tree with what is in force. */
export const settingSchema = z.strictObject({
  path: z.string(),
  value: z.json(),
  default: z.json(),
  description: z.string(),
  unit: z.string().nullable().describe('What a number counts, such as `ms`; null for what is no quantity.'),
  audience: z.enum(['public', 'admin', 'root']).describe('Who may see it: anybody, administrators, or root alone.'),
  secret: z.boolean().describe('Never shown: of its value there is a hint; the hint sent back keeps the value.'),
  restart: z.boolean().describe('Takes effect when the processes start again.'),
  owner: z.string().nullable(),
  updatedAt: z.int().nullable().describe('Null while the default is in force.'),
  updatedBy: z.string().nullable(),
  updatedByName: z.string().nullable().describe('The e-mail address of a user; null for who is none, or is gone.'),
});
export type SettingView = z.output<typeof settingSchema>;

export const settingWriteSchema = z.strictObject({ value: z.json().describe('Null goes back to the default.') });

export const auditEntrySchema = z.strictObject({
  id: z.int(),
  at: z.int(),
  actor: z.string(),
  actorName: z.string().nullable().describe('The e-mail address of a user; null for who is none, or is gone.'),
  action: z.string().describe('Such as `channel.update`.'),
  subject: z.string().describe('What it was done to, such as `channel:ch_…`.'),
  subjectName: z.string().nullable().describe('How that is called, or was; null for what has no other name.'),
  before: z.json(),
  after: z.json(),
  address: z.string().nullable().describe('Address of whoever asked; null for what the gateway did by itself.'),
  reason: z.string().nullable().describe('Why, where the call said so (header `Tollgate-Reason`).'),
  seq: z.int().nullable().describe('Number in the chain; null of what is older than it.'),
  hash: z.string().nullable().describe('SHA-256 over the hash of the entry before and this entry.'),
});
export type AuditEntryView = z.output<typeof auditEntrySchema>;

const auditFilters = {
  action: z.string().max(60).optional().describe('Beginning of what was done, such as `channel.`.'),
  since: z.coerce.number<number>().int().min(0).optional().describe('From this moment, ms since the epoch.'),
  until: z.coerce.number<number>().int().min(0).optional().describe('Before this moment.'),
  text: z
    .string()
    .min(2)
    .max(200)
    .optional()
    .describe('Is somewhere in the subject, what it was or is, address or reason.'),
};

export const auditQuerySchema = pageQuerySchema.extend({
  actor: z.string().max(100).optional().describe('Such as `user:usr_…` or `cli`.'),
  subject: z.string().max(400).optional().describe('Such as `channel:ch_…`.'),
  ...auditFilters,
});

export const auditFileQuerySchema = auditQuerySchema
  .omit({ limit: true, after: true })
  .extend({ format: z.enum(['csv', 'jsonl']).default('csv') });

const linkSchema = z.strictObject({ seq: z.int(), hash: z.string() });

export const auditChainSchema = z.strictObject({
  entries: z.int().describe('Entries that were followed.'),
  anchor: linkSchema.describe('Where the chain begins; what was before it went by retention.'),
  head: linkSchema.describe(
    'Its last entry. Whoever notes this hash elsewhere can tell later that nothing before it was changed.',
  ),
  unchained: z.int().describe('Entries from before there was a chain.'),
  sealedTo: z
    .int()
    .nullable()
    .describe('The last entry that a seal vouches for, which needs the master secret to be made; null without one.'),
  problems: z
    .array(z.strictObject({ seq: z.int(), kind: z.enum(['changed', 'missing', 'end', 'seal']) }))
    .describe(
      'What does not fit, the first of it: an entry that was changed, entries that are gone, the end that is, or an entry that a seal says otherwise of.',
    ),
});
export type AuditChainView = z.output<typeof auditChainSchema>;
