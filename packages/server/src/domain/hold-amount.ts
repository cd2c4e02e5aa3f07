import type { Usage } from '@tollgate/wire/ir/usage';
import type { Nanos } from './money.ts';
import type { Multiplier, Price } from './price.ts';
import { reachableRules, type PriceRule, type Prospect } from './price-rules.ts';
import { quantityOf } from './quantity.ts';
import { roundedTotal } from './quote.ts';
import { countedBuckets, rateOf } from './rates.ts';

/**
 * What a request may come to at most, by its own words. Tokens are totals over all buckets of their side, over all
 * choices and over all models that run a part of it.
 */
export type Estimate = Prospect & {
  /** How many requests it is of; one by default. */
  readonly calls?: number | undefined;
  /** Prices of the other models that may run a part of it, as `quote` is given them. */
  readonly priceOf?: ((model: string) => Price | undefined) | undefined;
};

const perMillion = 1_000_000n;

/**
 * What to set aside for a request: never below the quote of any usage that stays within the estimate, whichever
 * buckets its tokens fall into, whichever tier serves them, and whichever of the named models.
 */
export function holdAmount(estimate: Estimate, price: Price, multiplier: Multiplier): Nanos {
  const own = reachableRules(price, estimate);
  const rules = estimate.models === undefined ? own : [...own, ...rulesOfOthers(estimate, estimate.models)];
  let input = 0n;
  let output = 0n;
  for (const { dearest } of rules) {
    if (dearest.input > input) input = dearest.input;
    if (dearest.output > output) output = dearest.output;
  }
  // The price of the request itself is that of the model asked for, whoever else helps.
  let perCall = mostPerCall(own) * BigInt(estimate.calls ?? 1);
  if (estimate.models !== undefined) perCall += amountsOfOthers(estimate, estimate.models);
  let sum =
    quantityOf(estimate.inputTokens) * input + quantityOf(estimate.outputTokens) * output + perCall * perMillion;
  if (estimate.counted !== undefined) sum += countedSum(estimate.counted, rules);
  return roundedTotal(sum, multiplier);
}

function rulesOfOthers(estimate: Estimate, models: readonly string[]): readonly PriceRule[] {
  return models.flatMap((model) => {
    const price = estimate.priceOf?.(model);
    return price === undefined ? [] : reachableRules(price, estimate);
  });
}

function mostPerCall(rules: readonly PriceRule[]): bigint {
  let most = 0n;
  for (const { perCall } of rules) if (perCall !== undefined && perCall > most) most = perCall;
  return most;
}

/** Not all that an expression comes to need be rates: what it says of another model's part is a line of its own. */
function amountsOfOthers(estimate: Estimate, models: readonly string[]): bigint {
  let sum = 0n;
  for (const model of new Set(models)) {
    const price = estimate.priceOf?.(model);
    if (price?.program !== undefined) sum += mostPerCall(reachableRules(price, estimate));
  }
  return sum;
}

/** Counted units have one bucket each, so their upper estimate is the dearest of the rules within reach. */
function countedSum(counted: Usage, rules: readonly PriceRule[]): bigint {
  let sum = 0n;
  for (const bucket of countedBuckets) {
    const quantity = quantityOf(counted[bucket] ?? 0);
    if (quantity === 0n) continue;
    let most = 0n;
    for (const { rates } of rules) {
      const rate = rateOf(bucket, rates);
      if (rate > most) most = rate;
    }
    sum += quantity * most;
  }
  return sum;
}
