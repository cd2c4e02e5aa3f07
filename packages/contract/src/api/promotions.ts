import { z } from 'zod';
import { groupNameSchema } from '../entities/names.ts';
import { usdSchema } from '../price.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf } from './page.ts';

/** Credit that expires, given to many accounts at once. */

const filterSchema = z.strictObject({
  groups: z.array(groupNameSchema).min(1).max(50).nullable().default(null).describe('Of these groups; null for all.'),
  signedUpFrom: momentSchema.nullable().default(null).describe('Who signed up then or later.'),
  signedUpTo: momentSchema.nullable().default(null).describe('Who signed up before then.'),
  balanceBelowUsd: usdSchema.nullable().default(null).describe('Whose wallet has less than this.'),
  bought: z.boolean().nullable().default(null).describe('Who has ever bought credit, or never; null for both.'),
});
export type PromotionFilter = z.output<typeof filterSchema>;

const amountSchema = usdSchema
  .refine((text) => /[1-9]/.test(text), 'must be more than 0')
  .describe('What each account is given.');

export const promotionPreviewInputSchema = z.strictObject({ amountUsd: amountSchema, filter: filterSchema });

export const promotionPreviewSchema = z.strictObject({
  accounts: z.int().describe('Members that the filter fits now.'),
  totalNanos: nanosSchema,
});

export const promotionInputSchema = promotionPreviewInputSchema.extend({
  name: lineSchema(100).describe('Shown to who is given it.'),
  expiresAt: momentSchema.describe('When what is left of it is gone.'),
  idempotencyKey: z
    .string()
    .min(8)
    .max(100)
    .regex(/^[\x21-\x7e]+$/)
    .describe('The same again is the same promotion.'),
});
export type PromotionInput = z.output<typeof promotionInputSchema>;

export const promotionSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    amountNanos: nanosSchema,
    expiresAt: momentSchema,
    filter: filterSchema,
    state: z.enum(['running', 'done', 'stopped']),
    given: z.int().describe('Accounts that have it.'),
    givenNanos: nanosSchema,
    createdBy: z.string(),
    createdAt: momentSchema,
    finishedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Promotion' });
export type PromotionView = z.output<typeof promotionSchema>;

export const promotionPageSchema = pageOf(promotionSchema);
