import { z } from 'zod';
import { usdSchema } from '../price.ts';
import { groupNameSchema, modelNameSchema } from '../entities/names.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';
import { rateLimitFields } from './people.ts';

/** API keys of the relay, and personal access tokens of the admin API. The text of either is shown once, at creation. */

const fields = {
  name: lineSchema(100).describe('What the key is for.'),
  expiresAt: momentSchema.nullable().describe('Null never expires.'),
  models: z
    .array(modelNameSchema)
    .min(1)
    .max(1000)
    .nullable()
    .describe('Models it may use; null for all of its group.'),
  allowedIps: z
    .array(z.string().min(2).max(50))
    .min(1)
    .max(200)
    .nullable()
    .describe('Addresses and CIDRs (IPv4 and IPv6) it may be used from; null for all.'),
  group: groupNameSchema
    .nullable()
    .describe('Group its requests run in; null for the owner’s. Only an administrator may name another one.'),
  limitUsd: usdSchema.nullable().describe('What it may spend in all; null for no limit of its own.'),
  strictConversion: z
    .boolean()
    .describe(
      'True refuses requests that no translation keeps whole (error `conversion_loss`), as `x-tollgate-strict: true` does for one; false serves them and names what was lost.',
    ),
  ...rateLimitFields,
};

export const keyInputSchema = z.strictObject({
  name: fields.name,
  userId: z.string().max(80).optional().describe('Owner; only an administrator may name another one.'),
  expiresAt: fields.expiresAt.default(null),
  models: fields.models.default(null),
  allowedIps: fields.allowedIps.default(null),
  group: fields.group.default(null),
  limitUsd: fields.limitUsd.default(null),
  strictConversion: fields.strictConversion.default(false),
  requestsPerMinute: fields.requestsPerMinute.default(null),
  tokensPerMinute: fields.tokensPerMinute.default(null),
  concurrent: fields.concurrent.default(null),
});
export type KeyInput = z.input<typeof keyInputSchema>;

export const keyPatchSchema = z.strictObject({ ...fields, enabled: z.boolean() }).partial();
export type KeyPatch = z.output<typeof keyPatchSchema>;

export const keySchema = z
  .strictObject({
    id: z.string(),
    userId: z.string(),
    ...fields,
    prefix: z.string().describe('How its text begins.'),
    lastFour: z.string().describe('How its text ends.'),
    enabled: z.boolean(),
    spentNanos: nanosSchema.nullable().describe('Spent against its limit; null when it has none.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'Key' });
export type KeyView = z.output<typeof keySchema>;

/** The only answer that ever holds the text of a key. */
export const newKeySchema = keySchema.extend({ key: z.string().describe('The key itself. It cannot be shown again.') });

export const keyPageSchema = pageOf(keySchema);

export const keyQuerySchema = pageQuerySchema.extend({
  userId: z.string().max(80).optional().describe('Owner; administrators may name another, or `all`.'),
});

export const tokenInputSchema = z.strictObject({
  name: lineSchema(100),
  readOnly: z.boolean().default(false).describe('True allows nothing but reading.'),
  expiresAt: momentSchema.nullable().default(null).describe('Null never expires.'),
});

export const tokenSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    lastFour: z.string(),
    readOnly: z.boolean(),
    expiresAt: momentSchema.nullable(),
    createdAt: momentSchema,
    lastUsedAt: momentSchema.nullable(),
  })
  .meta({ id: 'AccessToken' });

/** The only answer that ever holds the text of a token. */
export const newTokenSchema = tokenSchema.extend({
  token: z.string().describe('The token itself. It cannot be shown again.'),
});

export const tokenListSchema = z.strictObject({ data: z.array(tokenSchema) });
