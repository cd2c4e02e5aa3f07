import { outputTokens, inputTokens, type Bucket, type Usage } from '@tollgate/wire/ir/usage';
import { countedBuckets, pricedBuckets } from '../rates.ts';
import { compile, type Run } from './compile.ts';
import type { Bounds } from './bounds.ts';
import { ceil, compare, round, times, whole, zero, type Fraction } from './fraction.ts';
import { spaceOf, spaceWithin, type Linear } from './linear.ts';
import type { Asked, Program } from './program.ts';

/** What an expression comes to, in the terms of every other price: rates of all buckets, and an amount for the request. */
export type WorkedOut = {
  /** Nano-dollars per million of each priced bucket, none left out. */
  readonly rates: Readonly<Partial<Record<Bucket, bigint>>>;
  /** Nano-dollars for the request; undefined for nothing. */
  readonly perCall: bigint | undefined;
  /** The sum was below zero, and was taken for nothing. */
  readonly isNegative?: boolean;
  /** The tiers of the expression that were gone through, as they are named there; undefined where it names none. */
  readonly label: string | undefined;
};

/** Values are in USD for a million: rates are nano-dollars for a million, amounts nano-dollars. */
const rateUnit = whole(1_000_000_000n);
const amountUnit = whole(1000n);

/** Programs live as long as the snapshot, so each is compiled once. */
const compiled = new WeakMap<Program, (run: Run) => Bounds>();

function codeOf(program: Program): (run: Run) => Bounds {
  const known = compiled.get(program);
  if (known !== undefined) return known;
  const code = compile(program);
  compiled.set(program, code);
  return code;
}

const standardTier = 'standard';

/**
 * What usage that is known costs: exactly what the expression says. Rates are rounded half-up to a whole nano-dollar per
 * million, as those are that follow from others. Where the sum is not one of counts at rates of at least zero (it was
 * rounded, counts were multiplied, something is taken off), it is the amount of the request as one, and never below zero.
 */
export function ratesFor(
  program: Program,
  facts: {
    readonly usage: Usage;
    readonly tier: string | undefined;
    readonly at: number | undefined;
    readonly asked: Asked | undefined;
  },
): WorkedOut {
  const space = spaceOf(facts.usage);
  const { at = 0, tier = standardTier, asked } = facts;
  const tiers: string[] = [];
  const { low: sum } = codeOf(program)({ space, at, tier, asked, tiers });
  const label = tiers.length === 0 ? undefined : [...new Set(tiers)].join(' + ');
  if (isPlain(sum)) {
    const perCall = round(times(sum.constant, amountUnit));
    return { rates: ratesOf(sum, round), perCall: perCall === 0n ? undefined : perCall, label };
  }
  const amount = round(times(space.lowest(sum), amountUnit));
  return {
    rates: ratesOf(undefined, round),
    perCall: amount > 0n ? amount : undefined,
    isNegative: amount < 0n,
    label,
  };
}

const isPlain = ({ constant, factors }: Linear): boolean =>
  constant.over >= 0n && [...factors.values()].every(({ over }) => over >= 0n);

function ratesOf(sum: Linear | undefined, rounded: (rate: Fraction) => bigint): WorkedOut['rates'] {
  const rates: Partial<Record<Bucket, bigint>> = {};
  for (const bucket of pricedBuckets) {
    const factor = sum?.factors.get(bucket);
    rates[bucket] = factor === undefined || factor.over < 0n ? 0n : rounded(times(factor, rateUnit));
  }
  return rates;
}

/**
 * Rates by which no usage within an estimate costs less than by the expression, whichever buckets its tokens fall into and
 * whichever tier serves it: what the hold is made of.
 */
export function ratesWithin(
  program: Program,
  most: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly counted?: Usage | undefined;
    readonly tiers?: readonly string[] | undefined;
    readonly at: number | undefined;
    readonly asked: Asked | undefined;
  },
): readonly WorkedOut[] {
  const space = spaceWithin(most);
  const { at = 0, asked } = most;
  const tiers = program.asksForTier ? (most.tiers ?? [undefined]) : [standardTier];
  return tiers.map((tier) => {
    const { high } = codeOf(program)({ space, at, tier, asked, tiers: [] });
    const least = high.constant.over > 0n ? high.constant : zero;
    const isFree = compare(space.highest(high), zero) <= 0n;
    return {
      rates: ratesOf(high, ceil),
      perCall: isFree ? undefined : ceil(times(least, amountUnit)) + roundingOf(most),
      label: undefined,
    };
  });
}

/** Most that rounding the rates of a bill, and its amount, may add to it: half a nano-dollar a million, and one more. */
function roundingOf({
  inputTokens: input,
  outputTokens: output,
  counted = {},
}: Parameters<typeof ratesWithin>[1]): bigint {
  let count = Math.max(input, 0) + Math.max(output, 0);
  for (const bucket of countedBuckets) count += Math.max(counted[bucket] ?? 0, 0);
  return BigInt(Math.ceil(Math.min(count, 1e12) / 2e6)) + 1n;
}

/** The most of a usage, for tries. */
export const mostOfUsage = (usage: Usage) => ({
  inputTokens: inputTokens(usage),
  outputTokens: outputTokens(usage),
  counted: usage,
});
