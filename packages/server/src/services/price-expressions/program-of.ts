import { usageNames, type Program } from '../../domain/price-expression/program.ts';
import type { Price } from '../../domain/price.ts';
import type { PriceTerms } from '../../domain/price-sheet.ts';
import { Refusal } from '../../domain/refusal.ts';
import { ExpressionMistake, placed } from './mistake.ts';
import { tryPrice } from './try-price.ts';

/**
 * What a price's expression means, after it was tried on samples; undefined for a price without one. Refuses with
 * `invalid_request`, which says what is wrong with it and where.
 */
export async function programOf(terms: PriceTerms): Promise<Program | undefined> {
  if (terms.expression === undefined) return undefined;
  const problem = await problemOf(terms);
  if (typeof problem !== 'string') return problem;
  throw new Refusal('invalid_request', `The expression of the price cannot be used: ${problem}.`, {
    param: 'price.expression',
  });
}

/** The program, or what is wrong with the expression. The parser is loaded by the first that needs it. */
export async function problemOf(terms: PriceTerms): Promise<Program | string> {
  const { expression = '' } = terms;
  const { readProgram } = await import('./read-program.ts');
  try {
    const program = readProgram(expression);
    const twice = pricedTwice(terms, program);
    return twice ?? tryPrice(priceOf(terms, program)) ?? program;
  } catch (thrown) {
    if (thrown instanceof ExpressionMistake) return placed(thrown, expression);
    throw thrown;
  }
}

/** A price that is not in force, to work with. */
export const priceOf = (terms: PriceTerms, program: Program | undefined): Price => ({
  ...terms,
  ...(program !== undefined && { program }),
  version: '',
  source: '',
  asOf: '',
});

/** What the expression names is priced by it, and by nothing beside it. */
function pricedTwice({ rates }: PriceTerms, { names }: Program): string | undefined {
  const twice = names.find((name) => usageNames[name].buckets.some((bucket) => rates[bucket] !== undefined));
  return twice === undefined ? undefined : `it names ${twice}, which has a rate beside it too`;
}
