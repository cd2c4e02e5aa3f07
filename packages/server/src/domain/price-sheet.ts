import type { PriceSheet } from '@tollgate/contract/api/configuration';
import type { Bucket } from '@tollgate/wire/ir/usage';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { multiplierOne } from './price.ts';
import type { Multiplier, Price, Rates } from './price.ts';

type RateField = Exclude<keyof PriceSheet, 'perCall' | 'tiers'>;

/** Decimals of a USD amount: a nano-dollar is the ninth. */
const usdScale = 9;

/** Rates are nano-dollars per million units: a field in USD per one unit has six places more. */
const fields: readonly { readonly field: RateField; readonly bucket: Bucket; readonly scale: number }[] = [
  { field: 'input', bucket: 'inputText', scale: usdScale },
  { field: 'cacheRead', bucket: 'cacheRead', scale: usdScale },
  { field: 'cacheWrite5m', bucket: 'cacheWrite5m', scale: usdScale },
  { field: 'cacheWrite1h', bucket: 'cacheWrite1h', scale: usdScale },
  { field: 'inputImage', bucket: 'inputImage', scale: usdScale },
  { field: 'inputAudio', bucket: 'inputAudio', scale: usdScale },
  { field: 'inputVideo', bucket: 'inputVideo', scale: usdScale },
  { field: 'output', bucket: 'outputText', scale: usdScale },
  { field: 'outputImage', bucket: 'outputImage', scale: usdScale },
  { field: 'outputAudio', bucket: 'outputAudio', scale: usdScale },
  { field: 'perImage', bucket: 'images', scale: usdScale + 6 },
  { field: 'perSecond', bucket: 'seconds', scale: usdScale + 6 },
  { field: 'perMillionCharacters', bucket: 'characters', scale: usdScale },
  { field: 'perSearch', bucket: 'searches', scale: usdScale + 6 },
  { field: 'perToolCall', bucket: 'toolCalls', scale: usdScale + 6 },
];

/** What a price says, without its version and origin. */
export type PriceTerms = Pick<Price, 'rates' | 'tiers' | 'perCall'>;

/** The terms of a model that is free on purpose: everything falls back to these two. */
export const freeTerms: PriceTerms = { rates: { inputText: 0n, outputText: 0n }, tiers: [], perCall: undefined };

/** True when nothing in the price costs anything. */
export function isFree(terms: PriceTerms): boolean {
  const sheets = [terms.rates, ...terms.tiers.map((tier) => tier.rates)];
  return (terms.perCall ?? 0n) === 0n && sheets.every((rates) => Object.values(rates).every((rate) => rate === 0n));
}

/** From decimal texts in USD (already checked by the contract's schema) to exact nano-dollars. */
export function readPriceSheet(sheet: PriceSheet): PriceTerms {
  return {
    rates: readRates(sheet),
    tiers: (sheet.tiers ?? []).map((tier) => ({ above: tier.above, rates: readRates(tier) })),
    perCall: sheet.perCall === undefined ? undefined : exact(sheet.perCall, usdScale),
  };
}

function readRates(sheet: Readonly<Partial<Record<RateField, string | undefined>>>): Rates {
  const rates: Partial<Record<Bucket, bigint>> = {};
  for (const { field, bucket, scale } of fields) {
    const text = sheet[field];
    if (text !== undefined) rates[bucket] = exact(text, scale);
  }
  return rates;
}

/** Back to decimal texts, for people. */
export function writePriceSheet(terms: PriceTerms): PriceSheet {
  return {
    ...writeRates(terms.rates),
    ...(terms.perCall === undefined ? {} : { perCall: formatDecimal(terms.perCall, usdScale) }),
    ...(terms.tiers.length === 0
      ? {}
      : { tiers: terms.tiers.map((tier) => ({ above: tier.above, ...writeRates(tier.rates) })) }),
  };
}

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

const multiplierScale = multiplierOne.toString().length - 1;

/** A decimal text to millionths; undefined when it is no decimal, negative, or finer than a millionth. */
export function parseMultiplier(text: string): Multiplier | undefined {
  const value = parseDecimal(text, multiplierScale);
  return value === undefined || value < 0n ? undefined : value;
}

/** A multiplier as people write it: 850000n is "0.85". */
export const formatMultiplier = (multiplier: Multiplier): string => formatDecimal(multiplier, multiplierScale);
