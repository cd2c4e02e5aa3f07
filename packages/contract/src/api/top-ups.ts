import { z } from 'zod';
import { usdSchema } from '../price.ts';
import { lineSchema, listOf, momentSchema, nanosSchema } from './page.ts';

/** Keys of the external top-up API, and what it is sent: credit that is sold outside, by a shop of the operator's own. */

const written = {
  name: lineSchema(100).describe('What it is known by, such as the name of the shop.'),
  enabled: z.boolean().describe('False refuses every call at once.'),
  maximumUsd: usdSchema.describe('Most credit of one call.'),
};

export const topUpKeyInputSchema = z.strictObject({
  name: written.name,
  enabled: written.enabled.default(true),
  maximumUsd: written.maximumUsd.default('1000'),
});
export type TopUpKeyInput = z.output<typeof topUpKeyInputSchema>;

export const topUpKeyPatchSchema = z.strictObject(written).partial();
export type TopUpKeyPatch = z.output<typeof topUpKeyPatchSchema>;

export const topUpKeySchema = z
  .strictObject({
    id: z.string(),
    ...written,
    lastFour: z.string().describe('How its secret ends.'),
    url: z.string().nullable().describe('Where it is called; null while the public address is not set.'),
    lastUsedAt: momentSchema.nullable(),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'TopUpKey' });
export type TopUpKeyView = z.output<typeof topUpKeySchema>;

export const topUpKeyListSchema = listOf(topUpKeySchema);

/** The only answer that ever holds the secret. */
export const newTopUpKeySchema = topUpKeySchema.extend({
  secret: z.string().describe('Signs calls. It cannot be shown again.'),
});

/** The body of a call. */
export const topUpCallSchema = z.strictObject({
  user: z.string().min(1).max(254).describe('Id or e-mail address of whose wallet it is.'),
  amountUsd: usdSchema.refine((text) => /[1-9]/.test(text), 'must be more than 0'),
  idempotencyKey: z
    .string()
    .min(4)
    .max(80)
    .regex(/^[\x21-\x7e]+$/)
    .describe('Of the sale: a second call with the same key credits nothing more.'),
  note: z.string().max(300).default('').describe('Shown in the statement.'),
});
export type TopUpCall = z.output<typeof topUpCallSchema>;

/** The answer to a call. */
export const topUpAnswerSchema = z.strictObject({
  credited: z.boolean().describe('False when the same sale was credited before.'),
  transactionId: z.string(),
  balanceNanos: nanosSchema,
});
export type TopUpAnswer = z.output<typeof topUpAnswerSchema>;
