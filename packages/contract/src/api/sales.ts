import { z } from 'zod';
import { momentSchema } from './page.ts';

/** What an operator who sells confirms before anything can be sold: the terms as they stand, by their version. */
export const saleTermsVersion = '1';

/** The points of the terms, in their order; the console has their words. */
export const saleTermsPoints = ['licence', 'upstreams', 'taxes', 'refunds', 'identity'] as const;

export const saleTermsSchema = z
  .strictObject({
    version: z.string().describe('Version of the terms that a confirmation is about.'),
    open: z.boolean().describe('Whether this version is confirmed, so that anything can be sold or redeemed.'),
    history: z
      .array(
        z.strictObject({
          version: z.string(),
          confirmed: z.boolean().describe('False when a confirmation was withdrawn.'),
          by: z.string().describe('Id of the user.'),
          byName: z.string().nullable().describe('Their e-mail address; null for who is gone.'),
          address: z.string().describe('Address they came from.'),
          at: momentSchema,
        }),
      )
      .describe('Who confirmed or withdrew, the latest first.'),
  })
  .meta({ id: 'SaleTerms' });
export type SaleTermsView = z.output<typeof saleTermsSchema>;

export const saleTermsInputSchema = z.strictObject({
  version: z.string().min(1).max(20).describe('The version that was read.'),
  confirmed: z.boolean().describe('False withdraws: nothing new is sold, what was paid is still credited.'),
});
