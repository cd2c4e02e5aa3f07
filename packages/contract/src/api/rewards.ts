import { z } from 'zod';
import { timeZoneSchema } from '../entities/names.ts';
import { usdSchema } from '../price.ts';
import { listOf, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Credit that members are given: for coming by each day, and for bringing others. */

const daySchema = z.string().describe('Such as `2026-11-30`, by the clock of the account.');

export const checkInQuerySchema = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
    .optional()
    .describe('Default: this one.'),
});

export const checkInsSchema = z
  .strictObject({
    open: z.boolean().describe('Whether one can check in here at all.'),
    minUsd: usdSchema,
    maxUsd: usdSchema,
    timeZone: z.string(),
    today: daySchema,
    done: z.boolean().describe('Whether one has checked in today.'),
    nextAt: momentSchema.describe('When the next day begins.'),
    month: z.string(),
    data: z.array(z.strictObject({ day: daySchema, amountNanos: nanosSchema })).describe('Of the month.'),
    totalNanos: nanosSchema.describe('Of all months.'),
    count: z.int().describe('Of all months.'),
  })
  .meta({ id: 'CheckIns' });
export type CheckInsView = z.output<typeof checkInsSchema>;

export const checkInInputSchema = z.strictObject({
  timeZone: timeZoneSchema.optional().describe('For an account that has said none yet; kept.'),
});

export const checkedInSchema = z.strictObject({
  day: daySchema,
  amountNanos: nanosSchema,
  expiresAt: momentSchema.nullable(),
});
export type CheckedIn = z.output<typeof checkedInSchema>;

export const invitationsSchema = z
  .strictObject({
    open: z.boolean().describe('Whether inviting is rewarded here.'),
    code: z.string().nullable().describe('One’s own code; null while it is not open.'),
    inviterCreditUsd: usdSchema,
    inviteeCreditUsd: usdSchema,
    afterFirstPayment: z.boolean(),
    invited: z.int().describe('People who came.'),
    waiting: z.int().describe('Of them, those whose reward is not given yet.'),
    earnedNanos: nanosSchema.describe('All rewards so far.'),
    availableNanos: nanosSchema.describe('What of them was not moved into the wallet yet.'),
  })
  .meta({ id: 'Invitations' });
export type InvitationsView = z.output<typeof invitationsSchema>;

export const invitedPageSchema = pageOf(
  z.strictObject({
    id: z.string(),
    who: z.string().describe('Their name, most of it hidden.'),
    state: z.enum(['waiting', 'rewarded']),
    rewardNanos: nanosSchema,
    createdAt: momentSchema,
    rewardedAt: momentSchema.nullable(),
  }),
);
export const invitedQuerySchema = pageQuerySchema;

export const rewardTransferInputSchema = z.strictObject({
  amountUsd: usdSchema.optional().describe('Absent: all of it.'),
  idempotencyKey: z
    .string()
    .min(8)
    .max(60)
    .regex(/^[\x21-\x7e]+$/)
    .describe('A second call with the same key changes nothing.'),
});

export const rewardTransferSchema = z.strictObject({
  availableNanos: nanosSchema.describe('Rewards that are left.'),
  balanceNanos: nanosSchema.describe('Of the wallet.'),
});

export const givenCreditQuerySchema = z.strictObject({
  userId: z.string().max(80).optional().describe('Whose; administrators may name another.'),
});

export const givenCreditListSchema = listOf(
  z
    .strictObject({
      id: z.string(),
      note: z.string(),
      grantedNanos: nanosSchema,
      leftNanos: nanosSchema,
      expiresAt: momentSchema,
      createdAt: momentSchema,
    })
    .meta({ id: 'GivenCredit' }),
);
