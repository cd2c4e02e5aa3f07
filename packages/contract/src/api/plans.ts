import { z } from 'zod';
import { channelNameSchema, groupNameSchema, modelNameSchema } from '../entities/names.ts';
import { usdSchema } from '../price.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Plans that people subscribe to, and their subscriptions. */

const names = <T extends z.ZodType>(name: T, what: string) =>
  z.array(name).min(1).max(200).nullable().describe(`${what}; null for all.`);

const written = {
  name: lineSchema(100).describe('Unique name, shown to who subscribes.'),
  description: z.string().max(1000).describe('What it offers, in a few words.'),
  enabled: z.boolean().describe('False sells nothing more of it; subscriptions go on.'),
  position: z.int().min(0).max(10_000).describe('Order of display, the lowest first.'),
  priceUsd: usdSchema.describe('Price of a term, in USD.'),
  perSeat: z.boolean().describe('Whether it is sold to teams, by the seat: price and allowance are those of one seat.'),
  interval: z.enum(['day', 'week', 'month', 'year']).describe('What a term is counted in.'),
  intervalCount: z.int().min(1).max(366).describe('How many of them a term has.'),
  unit: z.enum(['money', 'tokens', 'requests']).describe('What the allowance counts.'),
  amount: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a decimal number')
    .describe('The allowance: USD, or a whole number of tokens or requests.'),
  reset: z
    .enum(['term', 'day', 'week', 'month'])
    .describe(
      'When the allowance is filled again: with each term, at midnight, on Mondays, or monthly from the first day.',
    ),
  timeZone: lineSchema(60).describe('Time zone (IANA) in which days and months are counted.'),
  rollover: z.boolean().describe('Whether what is left goes into the next allowance, up to one more.'),
  overflow: z.boolean().describe('Whether the wallet pays once the allowance is spent.'),
  group: groupNameSchema.nullable().describe('Group of its subscribers while it lasts; null leaves theirs.'),
  models: names(modelNameSchema, 'Models that the allowance pays for'),
  groups: names(groupNameSchema, 'Groups in which it pays'),
  channels: names(channelNameSchema, 'Channels that it pays for'),
  trialDays: z.int().min(0).max(366).describe('Days that are free for who never had the plan; 0 for none.'),
  graceDays: z.int().min(0).max(60).describe('Days to find the money for the next term.'),
  perPerson: z.int().min(0).max(1000).describe('How often one person may subscribe; 0 for any number.'),
};

export const planInputSchema = z
  .strictObject({
    ...written,
    description: written.description.default(''),
    enabled: written.enabled.default(true),
    position: written.position.default(0),
    perSeat: written.perSeat.default(false),
    interval: written.interval.default('month'),
    intervalCount: written.intervalCount.default(1),
    unit: written.unit.default('money'),
    reset: written.reset.default('term'),
    timeZone: written.timeZone.default('UTC'),
    rollover: written.rollover.default(false),
    overflow: written.overflow.default(true),
    group: written.group.default(null),
    models: written.models.default(null),
    groups: written.groups.default(null),
    channels: written.channels.default(null),
    trialDays: written.trialDays.default(0),
    graceDays: written.graceDays.default(3),
    perPerson: written.perPerson.default(0),
  })
  .refine(({ unit, amount }) => unit === 'money' || /^[1-9]\d*$/.test(amount), {
    path: ['amount'],
    error: 'must be a whole number of tokens or requests, and at least 1',
  })
  .refine(({ perSeat, trialDays }) => !perSeat || trialDays === 0, {
    path: ['trialDays'],
    error: 'must be 0 where teams subscribe: whoever makes a team would have another trial',
  })
  .refine(({ perSeat, group }) => !perSeat || group === null, {
    path: ['group'],
    error: 'must be null where teams subscribe: their keys are in the group of who made them',
  });
export type PlanInput = z.output<typeof planInputSchema>;

export const planPatchSchema = z.strictObject(written).partial();
export type PlanPatch = z.output<typeof planPatchSchema>;

export const planSchema = z
  .strictObject({
    id: z.string(),
    ...written,
    subscribers: z.int().describe('Subscriptions that have not ended.'),
    owner: z.string().nullable().describe('Config file that manages it.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'Plan' });
export type PlanView = z.output<typeof planSchema>;

/** A plan as who may subscribe sees it. */
export const offerSchema = z.strictObject({
  id: z.string(),
  name: written.name,
  description: written.description,
  priceUsd: written.priceUsd,
  perSeat: written.perSeat,
  interval: written.interval,
  intervalCount: written.intervalCount,
  unit: written.unit,
  amount: written.amount,
  reset: written.reset,
  timeZone: written.timeZone,
  rollover: written.rollover,
  overflow: written.overflow,
  models: written.models,
  trialDays: z.int().describe('Free days that the caller would have.'),
});
export type OfferView = z.output<typeof offerSchema>;

export const subscriptionStateSchema = z.enum(['trialing', 'active', 'past_due', 'paused', 'ended']);

const allowanceSchema = z.strictObject({
  unit: written.unit,
  granted: nanosSchema.describe('Nano-dollars, or tokens, or requests.'),
  spent: nanosSchema.describe('Of it, what was used.'),
  startsAt: momentSchema,
  endsAt: momentSchema,
});

const cardSchema = z.strictObject({ methodId: z.string().min(1).max(80), cardId: z.string().min(1).max(120) });

export const subscriptionSchema = z
  .strictObject({
    id: z.string(),
    userId: z.string().describe('Who subscribed: a person, or a team by its id.'),
    planId: z.string(),
    plan: z.string().describe('Name of the plan, as it was subscribed to.'),
    state: subscriptionStateSchema,
    priceUsd: usdSchema.describe('Price of a term; of one seat, where it has seats.'),
    seats: z.int().nullable().describe('Seats that are paid for; null where it is one person’s.'),
    nextSeats: z.int().nullable().describe('Seats of the next term, when it is to have fewer.'),
    interval: written.interval,
    intervalCount: written.intervalCount,
    overflow: written.overflow,
    termEndsAt: momentSchema.describe('When the term ends, and the next one is paid for.'),
    cancelAtEnd: z.boolean(),
    nextPlanId: z.string().nullable().describe('Plan of the next term, when it is to be another.'),
    graceUntil: momentSchema.nullable(),
    card: cardSchema.extend({ label: z.string() }).nullable().describe('Saved card that pays for the next terms.'),
    allowance: allowanceSchema.nullable().describe('What may be used now.'),
    createdAt: momentSchema,
    endedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Subscription' });
export type SubscriptionView = z.output<typeof subscriptionSchema>;

export const subscriptionPageSchema = pageOf(subscriptionSchema);
export const subscriptionQuerySchema = pageQuerySchema.extend({
  userId: z.string().max(80).optional().describe('Subscriber; administrators may name another, or `all`.'),
  planId: z.string().max(80).optional(),
});

const keySchema = z
  .string()
  .min(8)
  .max(100)
  .regex(/^[\x21-\x7e]+$/)
  .describe('The same again is the same subscription.');

export const subscribeInputSchema = z.strictObject({ planId: z.string().min(1).max(80), idempotencyKey: keySchema });

const seatsSchema = z.int().min(1).max(10_000);

export const teamSubscribeInputSchema = subscribeInputSchema.extend({
  seats: seatsSchema.describe('How many members the allowance is to pay for.'),
});

export const grantPlanInputSchema = z.strictObject({
  userId: z.string().min(1).max(80),
  planId: z.string().min(1).max(80),
  renews: z
    .boolean()
    .default(false)
    .describe('Whether it goes on, paid for by its subscriber; else it ends after a term.'),
  idempotencyKey: keySchema,
});

export const subscriptionPatchSchema = z
  .strictObject({
    cancelAtEnd: z.boolean().describe('Ends it with its term; false takes that back, and a switch that waits.'),
    paused: z.boolean().describe('Lets it stand still, or go on as much later.'),
    planId: z.string().min(1).max(80).describe('Switches to another plan.'),
    atEnd: z.boolean().describe('Switches with the next term, and not now.'),
    card: cardSchema.nullable().describe('Saved card that pays for the next terms; null for the wallet.'),
  })
  .partial();
/** Of a team's subscription. */
export const teamSubscriptionPatchSchema = subscriptionPatchSchema.omit({ card: true }).extend({
  seats: seatsSchema
    .optional()
    .describe('More are paid for at once, for the rest of the term; fewer count from the next.'),
});

export const seatsQuoteQuerySchema = z.strictObject({
  seats: z.coerce
    .number<number>()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('How many seats it is to have; absent: as many as it is going to have.'),
});

export const seatsQuoteSchema = z.strictObject({
  nowNanos: nanosSchema.describe(
    'What the team’s wallet gives now: the share of the term that is left, which grows smaller with it. 0 where seats do not become more.',
  ),
  termNanos: nanosSchema.nullable().describe('What the next term costs; null where there is none.'),
});

export type SubscriptionPatch = z.output<typeof subscriptionPatchSchema> &
  Pick<z.output<typeof teamSubscriptionPatchSchema>, 'seats'>;
