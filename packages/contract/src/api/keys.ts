import { z } from 'zod';
import { usdSchema } from '../price.ts';
import { changeShape, inputShape, shownShape } from '../entities/field.ts';
import { keyFields } from '../entities/key.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** API keys of the relay, and personal access tokens of the admin API. The text of either is shown once, at creation. */

/** Fields with rules of their own; the others are declared in entities/key.ts. */
const written = {
  name: lineSchema(100).describe('What the key is for.'),
  limitUsd: usdSchema.nullable().describe('What it may spend in all; null for no limit of its own.'),
};

export const keyInputSchema = z.strictObject({
  name: written.name,
  userId: z.string().max(80).optional().describe('Owner; only an administrator may name another one.'),
  limitUsd: written.limitUsd.default(null),
  ...inputShape(keyFields),
});
export type KeyInput = z.input<typeof keyInputSchema>;

export const keyPatchSchema = z.strictObject({ ...written, ...changeShape(keyFields) }).partial();
export type KeyPatch = z.output<typeof keyPatchSchema>;

export const keySchema = z
  .strictObject({
    id: z.string(),
    userId: z.string(),
    ...written,
    ...shownShape(keyFields),
    groupGranted: z
      .boolean()
      .describe(
        'Whether an administrator gave it its group. Else requests are refused when its owner leaves that group.',
      ),
    prefix: z.string().describe('How its text begins.'),
    lastFour: z.string().describe('How its text ends.'),
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
