import { z } from 'zod';
import { momentSchema } from './page.ts';
import { passkeyEntrySchema } from './sign-in.ts';

/** Showing who sits there, for a call that shows or changes secrets, money or rights. */

export const proofWaysSchema = z.strictObject({
  passkey: z.boolean(),
  code: z.boolean().describe('A code of the authenticator, or a backup code.'),
  password: z.boolean().describe('Only where there is no authenticator.'),
});

export const proofInputSchema = z.strictObject({
  operation: z.string().min(1).max(100).describe('Name of the operation that is to be called, such as `users.credit`.'),
  params: z
    .record(z.string().max(100), z.string().max(1000))
    .default({})
    .describe('Parameters of its path: what it is called on.'),
  by: z.discriminatedUnion('way', [
    z.strictObject({ way: z.literal('password'), password: z.string().min(1).max(256) }),
    z.strictObject({ way: z.literal('code'), code: z.string().min(1).max(40) }),
    z.strictObject({ way: z.literal('passkey'), ...passkeyEntrySchema.shape }),
  ]),
});
export type ProofInput = z.output<typeof proofInputSchema>;

export const proofSchema = z.strictObject({
  proof: z.string().describe('For the header `tollgate-proof` of this one call, once.'),
  expiresAt: momentSchema,
});
