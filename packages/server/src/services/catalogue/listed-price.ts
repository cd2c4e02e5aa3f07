import { bucketNames, buckets } from '@tollgate/contract/buckets';
import { priceSchema, type PriceSheet } from '@tollgate/contract/price';
import { cacheStoragePrices, chargesHourTwice, refusalFees } from '../../data/vendors.ts';
import type { CatalogueLine, Usd } from '../../data/listed-model.ts';
import { termsOf, type VendorTerms } from '../../data/vendor-terms.ts';
import { formatDecimal, parseDecimal } from '../../domain/decimal.ts';

/** Decimals of an amount: a nano-dollar is the ninth. */
const scale = 9;

function usd(amount: number | undefined): string | undefined {
  if (amount === undefined) return undefined;
  // Twelve digits give back the decimal that was written, also where the catalogue computed with floats (0.049999999999999996).
  const exact = parseDecimal(String(Number(amount.toPrecision(12))), scale);
  if (exact === undefined) throw new RangeError(`finer than a nano-dollar: ${amount}`);
  return formatDecimal(exact, scale);
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
    perSearch: usd(price.per_search),
    perCall: usd(price.per_request),
  };
  return Object.fromEntries(Object.entries(sheet).filter(([, text]) => text !== undefined));
}

type Rates = Readonly<Record<string, string>>;
type Entry = PriceSheet & { readonly when?: object };

/**
 * The price of a listed model, with what its vendor charges beside the list's rates (`data/vendor-terms.ts`). Undefined when there
 * is none, when all is 0 (a subscription or a trial), or when it has a part that no bucket holds: no price is better than a wrong
 * one.
 */
export function listedPrice(line: CatalogueLine): PriceSheet | undefined {
  const price = line.usdPerMillion;
  if (price === undefined || ((price.input ?? 0) === 0 && (price.output ?? 0) === 0)) return undefined;
  const terms = termsOf(line);
  const apart = partsApart(price, terms);
  if (apart === undefined) return undefined;
  const counted = Object.assign({}, ...terms.map((one) => one.rates ?? {}).toReversed()) as Rates;
  const expression = terms.find((one) => one.expression !== undefined)?.expression;
  if (expression !== undefined) return priceSchema.parse({ expression, ...counted });
  const cacheStorage = usd(cacheStoragePrices[line.provider]?.[line.model]);
  const perRefusal = refusalFees[line.provider];
  const base = {
    ...rates(line, price),
    ...apart.rates,
    ...counted,
    ...(cacheStorage !== undefined && { cacheStorage }),
    ...(perRefusal !== undefined && { perRefusal }),
  } as Rates;
  const lengths = (price.tiers ?? [])
    .map((tier) => ({ above: tier.tier.size, ...rates(line, tier) }))
    .sort((a, b) => a.above - b.above);
  const served = servedTiers(terms);
  const geos = Object.entries(terms.find((one) => one.geos !== undefined)?.geos ?? {});
  const first = terms.flatMap(({ conditional = [] }) => conditional);
  if (served.size === 0 && geos.length === 0 && apart.reasoned === undefined && first.length === 0)
    return priceSchema.parse({ ...base, ...(lengths.length === 0 ? {} : { tiers: lengths }) });
  const longest: readonly Entry[] = lengths
    .toReversed()
    .map(({ above, ...named }) => ({ when: { inputAbove: above }, ...named }));
  const usual: readonly Entry[] = [
    ...[...served].flatMap(([tier, times]) => entriesOf(tier, times, longest, base)),
    ...longest,
    ...(apart.reasoned === undefined ? [] : [{ when: { reasoning: true }, output: apart.reasoned }]),
    base,
  ];
  const within = geos.flatMap(([geo, times]) =>
    usual.map(({ when, ...named }): Entry => ({ when: { geo, ...when }, ...multiplied(named as Rates, times) })),
  );
  return priceSchema.parse({ rates: [...first, ...within, ...usual] });
}

/** What a list prices apart from input and output: rates, and what all output costs where it was reasoned about. Undefined where nothing says it. */
function partsApart(
  { input, output, reasoning, citation, request, tiers = [] }: Usd,
  terms: readonly VendorTerms[],
): { readonly rates: PriceSheet; readonly reasoned: string | undefined } | undefined {
  const told = terms.find((one) => one.reasoning !== undefined)?.reasoning;
  const isApart = reasoning !== undefined && reasoning !== output;
  if ((isApart && told === undefined) || (isApart && tiers.length > 0)) return undefined;
  if (told !== 'apart') {
    if (citation !== undefined || request !== undefined) return undefined;
    return { rates: {}, reasoned: isApart ? usd(reasoning) : undefined };
  }
  // Read as input, so that they cannot cost otherwise.
  if (citation !== undefined && citation !== input) return undefined;
  const parts = { outputReasoning: usd(reasoning), perSearch: request === undefined ? undefined : usd(request / 1000) };
  return {
    rates: Object.fromEntries(Object.entries(parts).filter(([, text]) => text !== undefined)),
    reasoned: undefined,
  };
}

/** The tiers that some terms name, each by the first that does. */
function servedTiers(terms: readonly VendorTerms[]): ReadonlyMap<string, string | PriceSheet> {
  const tiers = new Map<string, string | PriceSheet>();
  for (const one of terms)
    for (const [tier, times] of Object.entries(one.tiers ?? {})) if (!tiers.has(tier)) tiers.set(tier, times);
  return tiers;
}

/** What holds at a tier, for long inputs first. */
function entriesOf(tier: string, times: string | PriceSheet, longest: readonly Entry[], base: Rates): readonly Entry[] {
  if (typeof times !== 'string') return [{ when: { tier }, ...times }];
  return [...longest, base].map(({ when, ...named }: Entry) => ({
    when: { tier, ...when },
    ...multiplied(named as Rates, times),
  }));
}

/** Fields of what is counted in tokens, which alone cost otherwise at another tier. */
const ofTokens: ReadonlySet<string> = new Set(
  bucketNames.flatMap((bucket) => {
    const { side, field } = buckets[bucket];
    return field !== undefined && side !== 'count' ? [field] : [];
  }),
);

function multiplied(named: Rates, times: string): Rates {
  const factor = parseDecimal(times, scale) ?? 0n;
  return Object.fromEntries(
    Object.entries(named).flatMap(([field, text]) => {
      if (!ofTokens.has(field)) return [];
      const exact = (parseDecimal(text, scale) ?? 0n) * factor;
      const unit = 10n ** BigInt(scale);
      if (exact % unit !== 0n) throw new RangeError(`finer than a nano-dollar: ${text} x ${times}`);
      return [[field, formatDecimal(exact / unit, scale)]];
    }),
  );
}
