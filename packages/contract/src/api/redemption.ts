import { z } from 'zod';
import { groupNameSchema } from '../entities/names.ts';
import { usdSchema } from '../price.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Redemption codes: made in batches, shown once, redeemed by members into their wallets. */

const positiveUsdSchema = usdSchema.refine((text) => /[1-9]/.test(text), 'must be more than 0');

const written = {
  name: lineSchema(100).describe('What the batch is for.'),
  expiresAt: momentSchema.nullable().describe('From when its codes cannot be redeemed any more; null for never.'),
  group: groupNameSchema.nullable().describe('Only users of this group may redeem its codes; null for everybody.'),
};

export const codeBatchInputSchema = z.strictObject({
  name: written.name,
  amountUsd: positiveUsdSchema.describe('What each use of a code credits, in USD.'),
  count: z.int().min(1).max(10_000).describe('How many codes are made.'),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9]{0,12}$/, 'must be at most 12 letters and digits')
    .default('')
    .describe('How each code begins.'),
  usesPerCode: z.int().min(1).max(100_000).default(1).describe('How often each code can be redeemed in all.'),
  usesPerPerson: z.int().min(1).max(1000).default(1).describe('How often one user can redeem codes of the batch.'),
  expiresAt: written.expiresAt.default(null),
  group: written.group.default(null),
});
export type CodeBatchInput = z.output<typeof codeBatchInputSchema>;

export const codeBatchPatchSchema = z
  .strictObject({ ...written, enabled: z.boolean().describe('False stops its codes from being redeemed.') })
  .partial();
export type CodeBatchPatch = z.output<typeof codeBatchPatchSchema>;

export const codeBatchSchema = z
  .strictObject({
    id: z.string(),
    ...written,
    amountNanos: nanosSchema.describe('What each use of a code credits.'),
    prefix: z.string(),
    count: z.int(),
    usesPerCode: z.int(),
    usesPerPerson: z.int(),
    enabled: z.boolean(),
    redeemed: z.int().describe('How often its codes were redeemed.'),
    redeemedNanos: nanosSchema.describe('What was credited for them.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'CodeBatch' });
export type CodeBatchView = z.output<typeof codeBatchSchema>;

/** The only answer that ever holds codes. */
export const newCodeBatchSchema = codeBatchSchema.extend({
  codes: z.array(z.string()).describe('The codes themselves. They cannot be shown again.'),
});

export const codeBatchPageSchema = pageOf(codeBatchSchema);

export const codeSchema = z.strictObject({
  id: z.string(),
  lastFour: z.string().describe('How its text ends.'),
  enabled: z.boolean(),
  uses: z.int().describe('How often it was redeemed.'),
  createdAt: momentSchema,
});
export const codePageSchema = pageOf(codeSchema);

export const codePatchSchema = z.strictObject({ enabled: z.boolean() });

export const redemptionSchema = z
  .strictObject({
    id: z.string(),
    batchId: z.string(),
    batch: z.string().describe('Name of the batch.'),
    userId: z.string(),
    userName: z.string().nullable().describe('The redeemer’s e-mail address or user name; null for who is gone.'),
    lastFour: z.string().describe('How the code ends.'),
    amountNanos: nanosSchema,
    createdAt: momentSchema,
  })
  .meta({ id: 'Redemption' });
export const redemptionPageSchema = pageOf(redemptionSchema);
export const redemptionQuerySchema = pageQuerySchema.extend({
  batchId: z.string().min(1).max(80).optional().describe('Only of this batch.'),
});

export const walletSchema = z
  .strictObject({
    balanceNanos: nanosSchema,
    creditLineNanos: nanosSchema.describe('How far below zero usage may take it; 0 for not at all.'),
    selling: z.boolean().describe('Whether codes can be redeemed and credit be bought at all.'),
  })
  .meta({ id: 'Wallet' });

export const redeemInputSchema = z.strictObject({
  code: z.string().min(4).max(200).describe('The code, with or without dashes; case does not matter.'),
});

export const redeemedSchema = z.strictObject({
  amountNanos: nanosSchema.describe('What was credited.'),
  balanceNanos: nanosSchema.describe('The balance of the wallet after it.'),
});
