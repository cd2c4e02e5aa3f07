import { z } from 'zod';
import { listOf, momentSchema, nanosSchema } from './page.ts';

/** Statements of a wallet by the month, as the journal has it. Months are those of the account's own time zone. */

const monthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
  .describe('Such as `2026-11`.');

const whose = z.string().max(80).optional().describe('Whose; administrators may name another.');

export const statementsQuerySchema = z.strictObject({ userId: whose });
export const monthQuerySchema = z.strictObject({
  userId: whose,
  month: monthSchema.optional().describe('Default: this one.'),
});

const sums = {
  month: monthSchema,
  from: momentSchema.describe('Its first moment.'),
  to: momentSchema.describe('The first moment of the next month.'),
  openingNanos: nanosSchema.describe('Balance when it began.'),
  closingNanos: nanosSchema.describe('Balance when it ended, or now: the opening and all of its movements.'),
  byKind: z
    .array(z.strictObject({ kind: z.string(), amountNanos: nanosSchema }))
    .describe('Sum of the movements of each kind, such as `usage` and `top_up`.'),
};

export const statementMonthsSchema = listOf(z.strictObject(sums).meta({ id: 'StatementMonth' }));

export const monthStatementSchema = z
  .strictObject({
    account: z.strictObject({ userId: z.string(), name: z.string(), email: z.string().nullable() }),
    currency: z.literal('USD'),
    timeZone: z.string(),
    ...sums,
    lines: z
      .array(
        z.strictObject({
          at: momentSchema.describe('Of usage: the first moment of its day.'),
          kind: z.string(),
          note: z.string(),
          transactionId: z.string().nullable().describe('Null for usage, which is summed by the day.'),
          amountNanos: nanosSchema.describe('Negative takes from the wallet.'),
        }),
      )
      .describe('In the order of time; they come to what lies between opening and closing.'),
  })
  .meta({ id: 'MonthStatement' });
export type MonthStatement = z.output<typeof monthStatementSchema>;

export const statementFileQuerySchema = monthQuerySchema.extend({
  format: z.enum(['csv', 'json', 'pdf']).default('csv'),
});
