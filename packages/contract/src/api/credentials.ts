import { z } from 'zod';
import { credentialInputSchema, disabledSchema } from './configuration.ts';

/** What is shown of an account of a channel. */
export const credentialSchema = z.strictObject({
  id: z.string(),
  index: z.int().describe('Stable number of the credential within the channel; the log names it.'),
  state: z.enum(['in-use', 'disabled', 'resting']),
  enabled: z.boolean().describe('As it is configured.'),
  disabled: disabledSchema,
  resting: z
    .array(z.strictObject({ model: z.string(), untilMs: z.int().describe('From now, in this process.') }))
    .describe('Models for which it is left alone for a while.'),
  hints: z.record(z.string(), z.string()).describe('Field to its masked value, such as `…a1b2`.'),
  createdAt: z.int(),
});
export type CredentialView = z.output<typeof credentialSchema>;

export const credentialQuerySchema = z.strictObject({
  state: z.enum(['in-use', 'disabled', 'resting']).optional(),
});

/** New accounts, in the fields of the provider's credential. */
export const credentialsSchema = z.strictObject({ credentials: z.array(credentialInputSchema).min(1).max(1000) });

const which = z
  .union([z.literal('all'), z.literal('disabled-by-gateway'), z.array(z.int().min(0)).min(1).max(1000)])
  .describe('Indexes, all of them, or those that the gateway has taken out of use.');

export const credentialsChangeSchema = z.strictObject({
  which,
  enabled: z.boolean(),
  reason: z.string().max(300).optional(),
});

export const credentialsDeleteSchema = z.strictObject({ which });
