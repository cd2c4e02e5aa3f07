import { bucketNames, buckets, type RateField } from '@tollgate/contract/buckets';
import type { PriceSheet } from '@tollgate/contract/price';
import { readCondition, writeCondition } from '@tollgate/contract/price-condition';
import type { Bucket } from '@tollgate/wire/ir/usage';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { multiplierOne } from './price.ts';
import type { ConditionalRates, Multiplier, Price, Rates } from './price.ts';

/** Decimals of a USD amount: a nano-dollar is the ninth. */
const usdScale = 9;

/** Rates are nano-dollars per million units: a field in USD per one unit has six places more. */
const scales = { million: usdScale, one: usdScale + 6 } as const;

const fields = bucketNames.flatMap((bucket): readonly { field: RateField; bucket: Bucket; scale: number }[] => {
  const { field, per } = buckets[bucket];
  return field === undefined ? [] : [{ field, bucket, scale: scales[per] }];
});

/** What a price says, without its version and origin. */
export type PriceTerms = Pick<Price, 'rates' | 'conditional' | 'perCall' | 'expression'>;

/** The terms of a model that is free on purpose: everything falls back to these two. */
export const freeTerms: PriceTerms = {
  rates: { inputText: 0n, outputText: 0n },
  conditional: [],
  perCall: undefined,
};

/** True when nothing in the price costs anything. */
export function isFree(terms: PriceTerms): boolean {
  if (terms.expression !== undefined) return false;
  return [terms, ...terms.conditional].every(
    ({ rates, perCall = 0n }) => perCall === 0n && Object.values(rates).every((rate) => rate === 0n),
  );
}

/** Rates for inputs of more than so many tokens, by which prices used to be all that they could depend on. */
export type Tier = { readonly above: number; readonly rates: Rates };

/** Tiers as conditions: of those that an input exceeds the highest holds, so it comes first. */
export function conditionsOfTiers(tiers: readonly Tier[]): readonly ConditionalRates[] {
  return tiers
    .toSorted((a, b) => b.above - a.above)
    .map(({ above, rates }) => ({ when: { inputAbove: above }, rates, perCall: undefined }));
}

/** Conditions as tiers; undefined when they say more than tiers can. */
function tiersOfConditions(conditional: readonly ConditionalRates[]): readonly Tier[] | undefined {
  const tiers: Tier[] = [];
  for (const { when, rates, perCall } of conditional) {
    const { inputAbove: above, ...others } = when;
    const previous = tiers.at(-1)?.above ?? Infinity;
    if (above === undefined || Object.keys(others).length > 0 || perCall !== undefined || above >= previous)
      return undefined;
    tiers.push({ above, rates });
  }
  return tiers.toReversed();
}

/** From decimal texts in USD (already checked by the contract's schema) to exact nano-dollars. */
export function readPriceSheet(sheet: PriceSheet): PriceTerms {
  const { tiers = [], rates: list } = sheet;
  const base = list?.at(-1) ?? sheet;
  const conditional = list?.slice(0, -1).map((entry) => ({
    // Only the last may be without, by the contract's schema.
    when: readCondition(entry.when ?? {}),
    rates: readRates(entry),
    perCall: readPerCall(entry.perCall),
  }));
  return {
    rates: readRates(base),
    conditional: conditional ?? conditionsOfTiers(tiers.map((tier) => ({ above: tier.above, rates: readRates(tier) }))),
    perCall: readPerCall(base.perCall),
    ...(sheet.expression !== undefined && { expression: sheet.expression }),
  };
}

const readPerCall = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : exact(text, usdScale);

function readRates(sheet: Readonly<Partial<Record<RateField, string | undefined>>>): Rates {
  const rates: Partial<Record<Bucket, bigint>> = {};
  for (const { field, bucket, scale } of fields) {
    const text = sheet[field];
    if (text !== undefined) rates[bucket] = exact(text, scale);
  }
  return rates;
}

/** Back to decimal texts, for people: flat and with tiers where these say it all, else as a list with conditions. */
export function writePriceSheet(terms: PriceTerms): PriceSheet {
  const tiers = tiersOfConditions(terms.conditional);
  if (tiers === undefined)
    return {
      rates: [
        ...terms.conditional.map(({ when, ...named }) => ({ when: writeCondition(when), ...writeNamed(named) })),
        writeNamed(terms),
      ],
    };
  return {
    ...(terms.expression !== undefined && { expression: terms.expression }),
    ...writeNamed(terms),
    ...(tiers.length === 0 ? {} : { tiers: tiers.map(({ above, rates }) => ({ above, ...writeRates(rates) })) }),
  };
}

const writeNamed = ({ rates, perCall }: Pick<PriceTerms, 'rates' | 'perCall'>) => ({
  ...writeRates(rates),
  ...(perCall === undefined ? {} : { perCall: formatDecimal(perCall, usdScale) }),
});

function writeRates(rates: Rates): Partial<Record<RateField, string>> {
  const sheet: Partial<Record<RateField, string>> = {};
  for (const { field, bucket, scale } of fields) {
    const rate = rates[bucket];
    if (rate !== undefined) sheet[field] = formatDecimal(rate, scale);
  }
  return sheet;
}

function exact(text: string, scale: number): bigint {
  const value = parseDecimal(text, scale);
  if (value === undefined) throw new RangeError(`not a price: ${text}`);
  return value;
}

/** An expression as its payer meets it. */
export const multipliedExpression = (text: string, multiplier: Multiplier): string =>
  multiplier === multiplierOne ? text : `(${text}) * ${formatMultiplier(multiplier)}`;

const multiplierScale = multiplierOne.toString().length - 1;

/** A decimal text to millionths; undefined when it is no decimal, negative, or finer than a millionth. */
export function parseMultiplier(text: string): Multiplier | undefined {
  const value = parseDecimal(text, multiplierScale);
  return value === undefined || value < 0n ? undefined : value;
}

/** A multiplier as people write it: 850000n is "0.85". */
export const formatMultiplier = (multiplier: Multiplier): string => formatDecimal(multiplier, multiplierScale);
