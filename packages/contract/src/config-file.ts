import { z } from 'zod';
import { channelInputSchema, credentialInputSchema, groupInputSchema, modelInputSchema } from './api/configuration.ts';
import { modelBundleInputSchema } from './api/model-bundles.ts';
import { planInputSchema } from './api/plans.ts';
import { paymentMethodInputSchema } from './api/payments.ts';
import { roleInputSchema } from './api/roles.ts';
import { signInMethodInputSchema } from './api/sign-in.ts';

/**
 * The file of `tollgate apply`: everything is optional, and what it names it owns. The entries have the shape of the
 * admin API. Decimal numbers (prices, multipliers) may be written as YAML numbers: the reader hands their text on.
 */
export const configFileSchema = z.strictObject({
  settings: z.record(z.string(), z.json()).optional().describe('Part of the settings tree.'),
  channels: z
    .array(
      channelInputSchema.extend({
        credentials: z
          .array(credentialInputSchema.omit({ id: true }))
          .max(1000)
          .default([]),
      }),
    )
    .optional(),
  models: z.array(modelInputSchema).optional(),
  groups: z.array(groupInputSchema).optional(),
  paymentMethods: z.array(paymentMethodInputSchema).optional(),
  plans: z.array(planInputSchema).optional(),
  signInMethods: z.array(signInMethodInputSchema).optional(),
  roles: z.array(roleInputSchema).optional(),
  modelBundles: z.array(modelBundleInputSchema).optional(),
});
export type ConfigFile = z.output<typeof configFileSchema>;
