import { z } from 'zod';
import { bucketNames, buckets, type RateField } from './buckets.ts';
import { conditionSchema, covers, readCondition } from './price-condition.ts';

/** USD as a decimal string with at most nine decimals: whole nano-dollars. */
export const usdSchema = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a decimal amount of USD with at most 9 decimals')
  .describe('USD, as a decimal string.');

type UsdField = z.ZodOptional<typeof usdSchema>;

const rateFields = Object.fromEntries(
  bucketNames.flatMap((bucket) => {
    const { field, per, unit } = buckets[bucket];
    const words = `USD per ${per === 'million' ? 'million ' : ''}${unit}.`;
    return field === undefined ? [] : [[field, usdSchema.optional().describe(words)] as const];
  }),
) as Record<RateField, UsdField>;

const callField = { perCall: usdSchema.optional().describe('USD per request, on top of the rates.') };

const tierSchema = z.strictObject({
  above: z.int().min(1).max(1e9).describe('Input tokens above which this tier replaces the rates it names.'),
  ...rateFields,
});

const conditionalSchema = z.strictObject({
  when: conditionSchema.optional().describe('When these rates hold; the last of the list has none and is the default.'),
  ...rateFields,
  ...callField,
});

/** Most rates that a price can have. */
const maxRates = 100;

/** Longest expression; one that is saved has at most 4000 signs, and is shown to its payers with their multiplier. */
const maxExpression = 4100;

/** The fields of what is counted, which may stand beside an expression. */
const countedFields: ReadonlySet<string> = new Set([
  ...bucketNames.flatMap((bucket) => (buckets[bucket].side === 'count' ? (buckets[bucket].field ?? []) : [])),
  'perCall',
]);

export const priceSchema = z
  .strictObject({
    ...rateFields,
    ...callField,
    expression: z
      .string()
      .trim()
      .min(1)
      .max(maxExpression)
      .optional()
      .describe(
        'In place of the rates of tokens: what a request costs, in CEL, in USD for a million of what it counts, such as ' +
          '`len <= 200000 ? tier("short", p * 3 + c * 15) : tier("long", p * 6 + c * 22.5)`.',
      ),
    tiers: z.array(tierSchema).max(20).optional().describe('Rates for longer inputs, by rising `above`.'),
    rates: z
      .array(conditionalSchema)
      .min(1)
      .max(maxRates)
      .optional()
      .describe(
        'In place of all the others: rates with conditions, of which the first that fits holds. It replaces what it names ' +
          'of the default, the last one.',
      ),
  })
  .superRefine((price, context) => {
    const { tiers = [], rates, ...flat } = price;
    if (price.expression !== undefined) checkBeside(price, context);
    else if (rates !== undefined) checkRates(rates, Object.keys(price).length > 1, context);
    else if (namesNothing(flat))
      context.addIssue({ code: 'custom', message: 'must name at least one rate, or use free: true' });
    tiers.forEach((tier, index) => {
      const before = tiers[index - 1];
      if (before !== undefined && tier.above <= before.above)
        context.addIssue({
          code: 'custom',
          path: ['tiers', index, 'above'],
          message: 'must be greater than that of the tier before',
        });
    });
  });

/** Who prices tokens by an expression says nothing else of them. */
function checkBeside(price: object, context: z.RefinementCtx): void {
  for (const [field, value] of Object.entries(price))
    if (value !== undefined && field !== 'expression' && !countedFields.has(field))
      context.addIssue({
        code: 'custom',
        path: [field],
        message: 'cannot stand beside an expression, which says it all',
      });
}

type Conditional = z.output<typeof conditionalSchema>;

const namesNothing = (rates: object): boolean => Object.values(rates).every((value) => value === undefined);

/** Every rate must be reachable, and the last must be the default. */
function checkRates(rates: readonly Conditional[], beside: boolean, context: z.RefinementCtx): void {
  const complain = (path: readonly (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path: ['rates', ...path], message });
  if (beside) complain([], 'stands for all of a price; rates beside it belong into its last entry, the default');
  const conditions = rates.map(({ when }) => when && readCondition(when));
  rates.forEach(({ when: _, ...named }, index) => {
    if (namesNothing(named)) complain([index], 'must name at least one rate');
    const earlier = conditions.slice(0, index).findIndex((wide) => {
      const narrow = conditions[index];
      return wide === undefined || (narrow !== undefined && covers(wide, narrow));
    });
    if (earlier >= 0)
      complain(
        [index],
        `is never reached: rates[${earlier}] before it ${conditions[earlier] === undefined ? 'has no condition' : 'holds whenever this would'}`,
      );
  });
  if (conditions.at(-1) !== undefined)
    complain([], 'must end with a default: an entry without `when`, for all that no condition fits');
}

/** A price as written and shown. */
export type PriceSheet = z.output<typeof priceSchema>;
