import { z } from 'zod';
import { lineSchema, listOf, momentSchema, nanosSchema } from './page.ts';

/** What providers say that they charge, beside what the books say that they charge. */

const written = {
  name: lineSchema(100).describe('What it is known by.'),
  provider: z
    .string()
    .max(40)
    .describe('Whose cost API is read four times a day; empty where invoices are uploaded as files only.'),
  channels: z
    .array(z.string().min(1).max(60))
    .min(1)
    .max(500)
    .describe('Ids of the channels that this account pays for.'),
  enabled: z.boolean().describe('False stops that.'),
};
const adminKey = z
  .string()
  .min(1)
  .max(500)
  .describe('A key that may read the costs of the organisation. Never shown again.');

export const billingAccountInputSchema = z.strictObject({
  ...written,
  enabled: written.enabled.default(true),
  adminKey: adminKey.optional(),
});
export type BillingAccountInput = z.output<typeof billingAccountInputSchema>;

export const billingAccountPatchSchema = z.strictObject({ ...written, adminKey }).partial();
export type BillingAccountPatch = z.output<typeof billingAccountPatchSchema>;

export const billingAccountSchema = z
  .strictObject({
    id: z.string(),
    ...written,
    lastFour: z.string().nullable().describe('How its key ends; null where there is none.'),
    readAt: momentSchema.nullable().describe('When its costs were last read or uploaded.'),
    problem: z.string().nullable().describe('Why the last reading failed.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'BillingAccount' });
export type BillingAccountView = z.output<typeof billingAccountSchema>;

export const billingAccountListSchema = listOf(billingAccountSchema).extend({
  providers: z
    .array(z.strictObject({ id: z.string(), label: z.string(), keyHelp: z.string() }))
    .describe('Providers whose cost API can be read.'),
});

export const costFileSchema = z.strictObject({
  csv: z
    .string()
    .min(1)
    .max(4 << 20)
    .describe(
      'Header with `day`, `model`, `amount` in any order; days as 2026-11-30 in UTC, amounts in USD. Takes the place of what is known of those days.',
    ),
});

export const costFileAnswerSchema = z.strictObject({
  days: z.int(),
  rows: z.int(),
  amountNanos: nanosSchema,
});

const moment = z.coerce.number<number>().pipe(momentSchema);

export const reconciliationQuerySchema = z.strictObject({
  from: moment.optional().describe('Begins with the day (UTC) that holds it. Default: 30 days before `to`.'),
  to: moment.optional().describe('Ends with the day (UTC) that holds it. Default: yesterday.'),
});

const sides = {
  oursNanos: nanosSchema.describe('What our books say that it costs.'),
  theirsNanos: nanosSchema.nullable().describe('What the provider says; null where it says nothing of these days.'),
  unknownNanos: nanosSchema.describe(
    'What people were charged for requests whose cost nobody told us: those are not in ours.',
  ),
  requests: z.int(),
};

export const differenceKinds = ['not_reported', 'only_theirs', 'only_ours', 'same_models'] as const;

export const reconciliationSchema = z.strictObject({
  from: momentSchema,
  to: momentSchema.describe('Not included.'),
  days: z.array(z.strictObject({ day: momentSchema, ...sides })),
  models: z
    .array(z.strictObject({ model: z.string(), ...sides }).meta({ id: 'ReconciledModel' }))
    .describe('Of the days that the provider reported; those of the largest difference first.'),
  total: z.strictObject(sides),
  differences: z
    .array(z.strictObject({ kind: z.enum(differenceKinds), nanos: nanosSchema }))
    .describe(
      'Theirs less ours, by its reason; adds up to the whole difference. `not_reported`: days of which the provider says nothing (yet). `only_theirs`: models that we did not serve by these channels. `only_ours`: models that the provider does not list. `same_models`: models that both know.',
    ),
});
export type Reconciliation = z.output<typeof reconciliationSchema>;
