import { inputBuckets, inputTokens, outputBuckets } from '@tollgate/wire/ir/usage';
import type { Bucket, Usage } from '@tollgate/wire/ir/usage';
import { nanos } from './money.ts';
import type { Nanos } from './money.ts';
import { multiplierOne } from './price.ts';
import type { Multiplier, Price, Rates } from './price.ts';

/** One line of a bill. Amounts of lines are shown; the total is rounded once from the exact sum. */
export type ChargeLine = {
  readonly bucket: Bucket | 'call';
  readonly quantity: number;
  /** Nano-dollars per million units (per one for `call`). */
  readonly rate: bigint;
};

/** What a request costs, and how that came about; anyone can recompute it from the lines. */
export type Charge = {
  readonly amount: Nanos;
  readonly lines: readonly ChargeLine[];
  readonly multiplier: Multiplier;
  readonly priceVersion: string;
};

/** Buckets that cost something, in the order of the lines. `reasoning` is a part of `outputText` and not priced. */
const pricedBuckets = [
  ...inputBuckets,
  ...outputBuckets,
  'requests',
  'images',
  'seconds',
  'characters',
  'searches',
  'toolCalls',
] as const satisfies readonly Bucket[];

type PricedBucket = (typeof pricedBuckets)[number];

/** Rates are per million units. */
const units = 1_000_000n;

/** Largest quantity of one bucket that is believed: an upstream that reports more is broken, and 64-bit columns end somewhere. */
const maxQuantity = 10_000_000_000;

/** Largest amount of one charge, a hundred million dollars, for the same reason. */
const maxAmount = 10n ** 17n;

/**
 * What `usage` costs at `price`: exact, rounded half-up once to a whole nano-dollar.
 * Only buckets with a quantity make lines; a bucket without a rate has that of its fallback (see {@link rateOf}).
 */
export function quote(usage: Usage, price: Price, multiplier: Multiplier): Charge {
  const rates = ratesFor(inputTokens(usage), price);
  const lines: ChargeLine[] = [];
  for (const bucket of pricedBuckets) {
    const reported = usage[bucket];
    if (reported === undefined || !(reported > 0)) continue;
    const rate = rateOf(bucket, rates);
    const quantity = Math.min(Math.ceil(reported), maxQuantity);
    lines.push({ bucket, quantity, rate });
  }
  if (price.perCall !== undefined) lines.push({ bucket: 'call', quantity: 1, rate: price.perCall });
  return { amount: totalOf(lines, multiplier), lines, multiplier, priceVersion: price.version };
}

/** Recomputes the amount of a bill from its lines: the exact sum times the multiplier, rounded half-up once. */
export function totalOf(lines: readonly ChargeLine[], multiplier: Multiplier): Nanos {
  let sum = 0n;
  for (const { bucket, quantity, rate } of lines) sum += BigInt(quantity) * (bucket === 'call' ? rate * units : rate);
  return roundedTotal(sum, multiplier);
}

/** `sum` is in nano-dollars times a million; the multiplier is in millionths. */
function roundedTotal(sum: bigint, multiplier: Multiplier): Nanos {
  const whole = units * multiplierOne;
  const amount = (sum * multiplier + whole / 2n) / whole;
  return nanos(amount > maxAmount ? maxAmount : amount);
}

/**
 * The rate of a bucket: its own, or by these rules, so that nothing becomes free by omission:
 * - cache reads, images, audio and video in, and output text: the rate of input text;
 * - 5-minute cache writes: input text times 1.25; 1-hour cache writes: the 5-minute rate times 1.6
 *   (the proportions of the vendor that bills them, and what users of New API have today);
 * - images and audio out: the rate of output text;
 * - input text and the counted units (requests, images, seconds …): nothing, because a price per call or per image has none.
 * A fallback is rounded half-up to a whole nano-dollar per million units, so that the bill's lines hold whole numbers.
 */
export function rateOf(bucket: PricedBucket, rates: Rates): bigint {
  const own = rates[bucket];
  if (own !== undefined) return own;
  switch (bucket) {
    case 'cacheRead':
    case 'inputImage':
    case 'inputAudio':
    case 'inputVideo':
    case 'outputText':
      return rates.inputText ?? 0n;
    case 'cacheWrite5m':
      return timesRounded(rates.inputText ?? 0n, 5n, 4n);
    case 'cacheWrite1h':
      return timesRounded(rateOf('cacheWrite5m', rates), 8n, 5n);
    case 'outputImage':
    case 'outputAudio':
      return rateOf('outputText', rates);
    case 'inputText':
    case 'requests':
    case 'images':
    case 'seconds':
    case 'characters':
    case 'searches':
    case 'toolCalls':
      return 0n;
  }
}

const timesRounded = (rate: bigint, times: bigint, over: bigint): bigint => (rate * times * 2n + over) / (over * 2n);

/** The rates for a request of that much input: the highest tier it exceeds, over the base rates bucket by bucket. */
function ratesFor(input: number, price: Price): Rates {
  let highest: Price['tiers'][number] | undefined;
  for (const tier of price.tiers) {
    if (input > tier.above && (highest === undefined || tier.above > highest.above)) highest = tier;
  }
  return highest === undefined ? price.rates : { ...price.rates, ...highest.rates };
}

/** What a request may come to at most. Both are totals over all buckets of their side, and over all choices. */
export type Estimate = { readonly inputTokens: number; readonly outputTokens: number; readonly counted?: Usage };

/**
 * What to set aside for a request: never below the quote of any usage that stays within the estimate, whichever
 * buckets its tokens fall into and whichever tier it reaches.
 */
export function holdAmount(estimate: Estimate, price: Price, multiplier: Multiplier): Nanos {
  const input = quantityOf(estimate.inputTokens);
  const output = quantityOf(estimate.outputTokens);
  let [inputRate, outputRate] = dearest(price.rates);
  for (const tier of price.tiers) {
    if (estimate.inputTokens <= tier.above) continue;
    const [tierInput, tierOutput] = dearest({ ...price.rates, ...tier.rates });
    if (tierInput > inputRate) inputRate = tierInput;
    if (tierOutput > outputRate) outputRate = tierOutput;
  }
  let sum = input * inputRate + output * outputRate + (price.perCall ?? 0n) * units;
  if (estimate.counted !== undefined) sum += countedSum(estimate.counted, estimate.inputTokens, price);
  return roundedTotal(sum, multiplier);
}

const quantityOf = (estimate: number): bigint =>
  estimate > 0 ? BigInt(Math.min(Math.ceil(estimate), maxQuantity)) : 0n;

/** Counted units have one bucket each, so their upper estimate is the dearest of the tiers within reach. */
function countedSum(counted: Usage, input: number, price: Price): bigint {
  let sum = 0n;
  for (const bucket of ['requests', 'images', 'seconds', 'characters', 'searches', 'toolCalls'] as const) {
    let rate = rateOf(bucket, price.rates);
    for (const tier of price.tiers) {
      const tierRate = tier.rates[bucket] ?? 0n;
      if (input > tier.above && tierRate > rate) rate = tierRate;
    }
    sum += quantityOf(counted[bucket] ?? 0) * rate;
  }
  return sum;
}

/** Prices live in the snapshot and never change, so what follows from their rates is worked out once. */
const dearestOf = new WeakMap<Rates, readonly [bigint, bigint]>();

function dearest(rates: Rates): readonly [input: bigint, output: bigint] {
  const known = dearestOf.get(rates);
  if (known !== undefined) return known;
  const most = (buckets: readonly PricedBucket[]): bigint =>
    buckets.reduce((top, bucket) => {
      const rate = rateOf(bucket, rates);
      return rate > top ? rate : top;
    }, 0n);
  const found = [most(inputBuckets), most(outputBuckets)] as const;
  dearestOf.set(rates, found);
  return found;
}
