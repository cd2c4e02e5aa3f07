import { z } from 'zod';
import { usdSchema } from '../price.ts';
import { momentSchema } from './page.ts';

/** Cards that payment providers keep for members, and topping up by one of them without being asked. */

const methodIdSchema = z.string().min(1).max(80);
const cardIdSchema = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[\w-]+$/);

export const savedCardSchema = z.strictObject({
  id: cardIdSchema.describe('The provider’s id of it.'),
  methodId: methodIdSchema.describe('Payment method that keeps it.'),
  method: z.string(),
  brand: z.string().describe('As the provider calls it, such as visa.'),
  last4: z.string(),
  expires: z.string().describe('Its last month, such as 2031-04.'),
});
export type SavedCardView = z.output<typeof savedCardSchema>;

export const addCardInputSchema = z.strictObject({ methodId: methodIdSchema });
export const addCardAnswerSchema = z.strictObject({
  url: z.string().describe('The provider’s page, where the card is given; it leads back to the wallet.'),
});

export const cardQuerySchema = z.strictObject({ methodId: methodIdSchema, cardId: cardIdSchema });

const written = {
  methodId: methodIdSchema,
  cardId: cardIdSchema,
  belowUsd: usdSchema.describe('Tops up when the balance is below this.'),
  amountUsd: usdSchema.describe('Credit that is bought each time.'),
  monthlyUsd: usdSchema.describe('Most credit that is bought in a calendar month of the account.'),
};

export const autoTopUpInputSchema = z.strictObject(written);
export type AutoTopUpInput = z.output<typeof autoTopUpInputSchema>;

export const autoTopUpSchema = z
  .strictObject({
    enabled: z.boolean(),
    ...written,
    card: z.string().describe('Brand and last digits of the card.'),
    boughtUsd: usdSchema.describe('Credit that was bought by it this month, or is being bought.'),
    stopped: z.string().nullable().describe('Why the gateway switched it off.'),
    updatedAt: momentSchema,
  })
  .meta({ id: 'AutoTopUp' });
export type AutoTopUpView = z.output<typeof autoTopUpSchema>;

export const autoTopUpAnswerSchema = z.strictObject({
  autoTopUp: autoTopUpSchema.nullable().describe('Null for who never set it up.'),
});
