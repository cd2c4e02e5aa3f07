import { z } from 'zod';
import { modelNameSchema } from '../entities/names.ts';
import { usdSchema } from '../price.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Budgets: how much may be spent in a day, a week, a month or ever, by a key, or by all keys of a person or a team. */

const overrideSchema = z.strictObject({
  limitUsd: usdSchema.describe('What may be spent meanwhile.'),
  until: momentSchema,
  reason: lineSchema(300).describe('Why, for the record.'),
});

const cheaperSchema = z.strictObject({
  atPercent: z.int().min(1).max(99).describe('From which share of the budget on, in percent.'),
  model: modelNameSchema.describe('The model that answers what it counts from there on, where it can.'),
});

const written = {
  limitUsd: usdSchema.describe('What may be spent in each period, in USD.'),
  override: overrideSchema.nullable().describe('Another limit until a date; null takes it back.'),
  cheaper: cheaperSchema.nullable().describe('A cheaper model before it is spent; null for none.'),
};

export const budgetInputSchema = z.strictObject({
  userId: z.string().max(80).optional().describe('Whose; administrators may name another. Absent: one’s own.'),
  teamId: z
    .string()
    .max(80)
    .optional()
    .describe('What this team pays for, by all of its keys together; set by who manages the team.'),
  keyId: z.string().max(80).optional().describe('Only for this key; absent for all keys of the person.'),
  model: modelNameSchema.optional().describe('Only for this model; absent for all.'),
  period: z.enum(['day', 'week', 'month', 'ever']).default('month').describe('Weeks begin on Monday.'),
  timeZone: lineSchema(60).default('UTC').describe('Time zone (IANA) in which periods begin.'),
  limitUsd: written.limitUsd,
  cheaper: written.cheaper.default(null),
});
export type BudgetInput = z.output<typeof budgetInputSchema>;

export const budgetPatchSchema = z.strictObject(written).partial();
export type BudgetPatch = z.output<typeof budgetPatchSchema>;

export const budgetSchema = z
  .strictObject({
    id: z.string(),
    userId: z.string().nullable().describe('Whose it is; null for a budget of a team.'),
    teamId: z.string().nullable().describe('Counts only what this team pays for.'),
    keyId: z.string().nullable(),
    model: z.string().nullable(),
    period: z.enum(['day', 'week', 'month', 'ever']),
    timeZone: z.string(),
    limitUsd: usdSchema,
    override: overrideSchema.nullable(),
    cheaper: cheaperSchema.nullable(),
    cheaperNow: z.boolean().describe('Whether that model answers now.'),
    spentNanos: nanosSchema.describe('In the period that counts now.'),
    limitNanos: nanosSchema.describe('Of the period that counts now.'),
    endsAt: momentSchema.nullable().describe('When the next period begins; null for ever.'),
    forecastAt: momentSchema
      .nullable()
      .describe(
        'When it is spent if it goes on as it did; null when it lasts until the next period, or nothing can be said yet.',
      ),
    locked: z.boolean().describe('Set by an administrator: its owner cannot change it.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'Budget' });
export type BudgetView = z.output<typeof budgetSchema>;

export const budgetPageSchema = pageOf(budgetSchema);
export const budgetQuerySchema = pageQuerySchema.extend({
  userId: z.string().max(80).optional().describe('Whose; administrators may name another, or `all`.'),
  teamId: z.string().max(80).optional().describe('Those of a team as a whole, in place of a person’s.'),
  keyId: z.string().max(80).optional(),
});
