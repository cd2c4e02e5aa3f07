import { z } from 'zod';
import { groupNameSchema } from '../entities/names.ts';
import { usdSchema } from '../price.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Buying credit: ways to pay, orders, and what was heard of payments. Prices are decimal texts of the order's currency. */

const rateSchema = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,6})?$/, 'must be a decimal number with at most 6 decimals')
  .refine((text) => /[1-9]/.test(text), 'must be more than 0');

const priceSchema = z.string().describe('Decimal amount of the order’s currency.');

const discountSchema = z.strictObject({
  fromUsd: usdSchema.describe('From how much credit on.'),
  group: groupNameSchema.optional().describe('Only for users of this group.'),
  percent: z.int().min(1).max(99).describe('How much less, in percent.'),
});

const written = {
  name: lineSchema(100).describe('Unique name, shown to who buys.'),
  enabled: z.boolean().describe('False sells nothing more by it; what was begun is still credited.'),
  position: z.int().min(0).max(10_000).describe('Order of display, the lowest first.'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters')
    .describe('Currency that is charged (ISO 4217).'),
  rate: rateSchema.describe('Units of the currency for one USD of credit.'),
  minimumUsd: usdSchema.describe('Least credit of an order.'),
  maximumUsd: usdSchema.describe('Most credit of an order; 0 for no bound.'),
  discounts: z.array(discountSchema).max(50).describe('Less for who buys more; the best one that applies counts.'),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be a country such as DE'))
    .max(100)
    .describe('Where it is offered (ISO 3166), by the country of the billing details; empty for everywhere.'),
  settings: z.record(z.string(), z.json()).describe('What the provider needs to know.'),
};

export const paymentMethodInputSchema = z.strictObject({
  name: written.name,
  provider: z.string().min(1).max(30).describe('Id of the payment provider.'),
  enabled: written.enabled.default(true),
  position: written.position.default(0),
  currency: written.currency.default('USD'),
  rate: written.rate.default('1'),
  minimumUsd: written.minimumUsd.default('1'),
  maximumUsd: written.maximumUsd.default('0'),
  discounts: written.discounts.default([]),
  countries: written.countries.default([]),
  settings: written.settings.default({}),
  secrets: z
    .record(z.string(), z.string().max(10_000))
    .default({})
    .describe('What proves who we are. Never shown again.'),
});
export type PaymentMethodInput = z.output<typeof paymentMethodInputSchema>;

export const paymentMethodPatchSchema = z
  .strictObject({
    ...written,
    secrets: z.record(z.string(), z.string().max(10_000)).describe('Those that are named are replaced.'),
  })
  .partial();
export type PaymentMethodPatch = z.output<typeof paymentMethodPatchSchema>;

export const paymentMethodSchema = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    ...written,
    secrets: z.array(z.string()).describe('Names of the secrets that are set.'),
    callbackUrl: z.string().nullable().describe('What to tell the provider; null while site.publicUrl is not set.'),
    receives: z.boolean().describe('Whether callbacks are taken: the secret that proves them is set.'),
    owner: z.string().nullable().describe('Config file that manages it.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'PaymentMethod' });
export type PaymentMethodView = z.output<typeof paymentMethodSchema>;

export const paymentProviderSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  settings: z.record(z.string(), z.json()).describe('JSON Schema of its settings.'),
  secrets: z.record(z.string(), z.json()).describe('JSON Schema of its secrets.'),
});

export const paymentMethodTrialSchema = z.strictObject({
  ok: z.boolean(),
  problem: z.string().nullable().describe('What the provider says is wrong.'),
});

export const orderStateSchema = z.enum([
  'created',
  'pending',
  'paid',
  'credited',
  'refunded',
  'disputed',
  'expired',
  'failed',
]);

/** What the buyer does next. */
const nextStepSchema = z.union([
  z.strictObject({ kind: z.literal('redirect'), url: z.string() }),
  z.strictObject({ kind: z.literal('instructions'), text: z.string() }),
  z.strictObject({ kind: z.literal('code'), text: z.string().describe('What the QR code says that the payer scans.') }),
]);

export const orderSchema = z
  .strictObject({
    id: z.string(),
    userId: z.string(),
    userName: z.string().nullable().describe('The buyer’s e-mail address; null for who is gone.'),
    methodId: z.string(),
    method: z.string().describe('Name of the payment method; its id once it is gone.'),
    planId: z.string().nullable().describe('Plan that begins when it is paid; its price is the credit.'),
    plan: z.string().nullable().describe('Name of the plan; its id once it is gone.'),
    state: orderStateSchema,
    held: z.string().nullable().describe('Why money that came in was not credited.'),
    creditNanos: nanosSchema.describe('What was bought.'),
    takenNanos: nanosSchema.describe('What was taken back of it.'),
    currency: z.string(),
    price: priceSchema,
    refunded: priceSchema,
    reference: z.string().nullable().describe('The provider’s id of it.'),
    cause: z
      .enum(['auto_top_up', 'renewal', 'plan_change'])
      .nullable()
      .describe('Why a saved card was charged; null where the buyer paid.'),
    next: nextStepSchema.nullable(),
    expiresAt: momentSchema,
    paidAt: momentSchema.nullable(),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'Order' });
export type OrderView = z.output<typeof orderSchema>;

export const orderPageSchema = pageOf(orderSchema);
export const orderQuerySchema = pageQuerySchema.extend({
  userId: z.string().max(80).optional().describe('Buyer; administrators may name another, or `all`.'),
  state: orderStateSchema.optional(),
});

export const topUpInputSchema = z.strictObject({
  methodId: z.string().min(1).max(80),
  amountUsd: usdSchema.describe('Credit to buy, in USD.'),
  idempotencyKey: z
    .string()
    .min(8)
    .max(100)
    .regex(/^[\x21-\x7e]+$/)
    .describe('The same again is the same order.'),
});

export const topUpQuerySchema = z.strictObject({
  methodId: z.string().min(1).max(80),
  amountUsd: usdSchema.describe('Credit to buy, in USD.'),
});

export const planOrderQuerySchema = z.strictObject({
  planId: z.string().min(1).max(80),
  methodId: z.string().min(1).max(80),
});

export const planOrderInputSchema = topUpInputSchema
  .omit({ amountUsd: true })
  .extend({
    planId: z.string().min(1).max(80),
    saveCard: z
      .boolean()
      .default(false)
      .describe('Saves the card that pays, and has it pay for later terms too; else the wallet does.'),
  })
  .describe('Buys the first term of a plan.');

export const topUpQuoteSchema = z.strictObject({
  price: priceSchema,
  currency: z.string(),
  percentOff: z.int().describe('What is taken off already.'),
});

/** A way to pay, as who buys sees it. */
export const payableSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  currency: z.string(),
  minimumUsd: usdSchema,
  maximumUsd: usdSchema,
  savesCards: z.boolean().describe('Whether a card can be saved there, to be charged later.'),
});

export const orderConfirmationSchema = z.strictObject({
  note: z.string().max(300).default('').describe('How the money was seen, for the record.'),
});

export const refundInputSchema = z.strictObject({
  amount: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,2})?$/)
    .optional()
    .describe('In the order’s currency; absent for all that is left.'),
  note: z.string().max(300).default('').describe('Why, for the record.'),
});

export const paymentCallbackSchema = z.strictObject({
  id: z.string(),
  methodId: z.string(),
  method: z.string(),
  orderId: z.string().nullable(),
  source: z.enum(['callback', 'poll', 'person']).describe('It came by itself, was asked for, or a person said so.'),
  outcome: z.enum(['applied', 'unchanged', 'held', 'refused']),
  reason: z.string(),
  address: z.string(),
  createdAt: momentSchema,
});
export const paymentCallbackPageSchema = pageOf(paymentCallbackSchema);
export const paymentCallbackQuerySchema = pageQuerySchema.extend({ orderId: z.string().min(1).max(80).optional() });
