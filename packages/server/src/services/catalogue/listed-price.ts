import { priceSchema, type PriceSheet } from '@tollgate/contract/price';
import { formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import { cacheStoragePrices, chargesHourTwice, refusalFees } from '../../data/vendors.ts';
import type { CatalogueLine, Usd } from '../../data/listed-model.ts';

function usd(amount: number | undefined): string | undefined {
  if (amount === undefined) return undefined;
  // Twelve digits give back the decimal that was written, also where the catalogue computed with floats (0.049999999999999996).
  const exact = parseDecimal(String(Number(amount.toPrecision(12))), 9);
  if (exact === undefined) throw new RangeError(`finer than a nano-dollar: ${amount}`);
  return formatDecimal(exact, 9);
}

/** A 0 beside a price that is not 0 is a gap in the catalogue, not a gift. */
const unlessZero = (amount: number | undefined): number | undefined => (amount === 0 ? undefined : amount);

function rates(line: CatalogueLine, price: Usd): PriceSheet {
  const cacheRead = unlessZero(price.cache_read ?? price.cached_input ?? price.cache_input);
  const cacheWrite = unlessZero(price.cache_write ?? price.cached_write);
  const hour =
    chargesHourTwice.has(line.provider) && cacheWrite !== undefined && price.input !== undefined
      ? price.input * 2
      : undefined;
  const sheet = {
    input: usd(price.input),
    cacheRead: usd(cacheRead),
    cacheWrite5m: usd(cacheWrite),
    cacheWrite1h: usd(hour),
    inputAudio: usd(unlessZero(price.input_audio)),
    output: usd(price.output),
    outputAudio: usd(unlessZero(price.output_audio)),
  };
  return Object.fromEntries(Object.entries(sheet).filter(([, text]) => text !== undefined));
}

/**
 * The price of a listed model. Undefined when there is none, when all is 0 (a subscription or a trial), or when it has a part that no
 * bucket holds: no price is better than a wrong one.
 */
export function listedPrice(line: CatalogueLine): PriceSheet | undefined {
  const price = line.usdPerMillion;
  if (price === undefined || ((price.input ?? 0) === 0 && (price.output ?? 0) === 0)) return undefined;
  const reasoningApart = price.reasoning !== undefined && price.reasoning !== price.output;
  if (reasoningApart || price.citation !== undefined || price.request !== undefined) return undefined;
  const tiers = (price.tiers ?? [])
    .map((tier) => ({ above: tier.tier.size, ...rates(line, tier) }))
    .sort((a, b) => a.above - b.above);
  const cacheStorage = usd(cacheStoragePrices[line.provider]?.[line.model]);
  const perRefusal = refusalFees[line.provider];
  return priceSchema.parse({
    ...rates(line, price),
    ...(cacheStorage !== undefined && { cacheStorage }),
    ...(perRefusal !== undefined && { perRefusal }),
    ...(tiers.length === 0 ? {} : { tiers }),
  });
}
