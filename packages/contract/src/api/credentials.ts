import { z } from 'zod';
import { credentialInputSchema, disabledSchema } from './configuration.ts';

/** What is shown of an account of a channel. */
export const credentialSchema = z.strictObject({
  id: z.string(),
  index: z.int().describe('Stable number of the credential within the channel; the log names it.'),
  state: z.enum(['in-use', 'disabled', 'resting']),
  enabled: z.boolean().describe('As it is configured.'),
  disabled: disabledSchema,
  disabledByName: z.string().nullable().describe('What the person who disabled it is called.'),
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

/** Signing in at the vendor, for an account that has no key to copy. */
export const accountLoginInputSchema = z.strictObject({
  by: z
    .enum(['device', 'browser'])
    .describe('A code to type at the vendor’s page, or a browser whose last address is pasted.'),
});

export const accountLoginSchema = z.strictObject({
  flow: z.string().describe('Ends the sign-in; only for who began it.'),
  url: z.string().describe('Where the person signs in.'),
  userCode: z.string().nullable().describe('What they type there; null for a browser.'),
  pollMs: z.int().nullable().describe('How long to wait between two attempts to end it; null for a browser.'),
  expiresAt: z.int().describe('ms since the epoch.'),
});

export const accountLoginFinishSchema = z.strictObject({
  flow: z.string().min(1).max(100),
  redirected: z.string().max(8000).optional().describe('The address that the browser ended at.'),
});

export const accountLoginFinishedSchema = z.strictObject({
  state: z.enum(['pending', 'added']).describe('`pending`: the code was not typed yet; ask again.'),
});
