import { type Condition, conditionText, inBand } from '@tollgate/contract/price-condition';
import { globalGeo } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { ratesFor, ratesWithin, type WorkedOut } from './price-expression/rates-of.ts';
import type { Program } from './price-expression/program.ts';
import type { Price, Rates } from './price.ts';
import { dearest } from './rates.ts';

/** One of a price's rates as it is applied: whole, with what the default says of the buckets it does not name. */
export type PriceRule = {
  /** Undefined for the default. */
  readonly when: Condition | undefined;
  readonly rates: Rates;
  readonly perCall: bigint | undefined;
  /** The condition in words, for the bill; undefined for the default. */
  readonly label: string | undefined;
  /** The dearest rate of any input bucket, and that of any output bucket. */
  readonly dearest: { readonly input: bigint; readonly output: bigint };
};

/** What a rule is judged by. */
export type PriceFacts = {
  /** Undefined is the standard tier. */
  readonly tier: string | undefined;
  /** Undefined is any geography. */
  readonly geo?: string | undefined;
  /** Input tokens, of all input buckets together. */
  readonly input: number;
  /** When the request came, ms since the epoch; undefined is at no hour. */
  readonly at: number | undefined;
  /** What an expression is worked out for; rates ask only whether it tells of reasoning. */
  readonly usage?: Usage | undefined;
  readonly model?: string | undefined;
  readonly size?: string | undefined;
  readonly quality?: string | undefined;
  readonly resolution?: string | undefined;
};

type Rules = {
  readonly conditional: readonly PriceRule[];
  readonly fallback: PriceRule;
  /** The fallback as a list. */
  readonly alone: readonly PriceRule[];
};

/** Prices live in the snapshot and never change, so their rules are worked out once. */
const rulesOfPrice = new WeakMap<Price, Rules>();

/** The rules of a price: those with conditions in their order, and the default. */
export function rulesOf(price: Price): Rules {
  const known = rulesOfPrice.get(price);
  if (known !== undefined) return known;
  const fallback = ruleOf(undefined, price.rates, price.perCall);
  const conditional = price.conditional.map(({ when, rates, perCall }) =>
    ruleOf(when, { ...price.rates, ...rates }, perCall ?? price.perCall),
  );
  const found: Rules = { conditional, fallback, alone: [fallback] };
  rulesOfPrice.set(price, found);
  return found;
}

function ruleOf(when: Condition | undefined, rates: Rates, perCall: bigint | undefined): PriceRule {
  return { when, rates, perCall, label: when && conditionText(when), dearest: dearest(rates) };
}

/** The first rule whose condition holds; the default when none does. Of an expression, what it comes to for the usage. */
export function ruleFor(price: Price, facts: PriceFacts): PriceRule {
  if (price.program !== undefined) return ruleOfExpression(price, price.program, facts);
  const { conditional, fallback } = rulesOf(price);
  for (const rule of conditional) if (rule.when === undefined || holds(rule.when, facts)) return rule;
  return fallback;
}

function ruleOfExpression(price: Price, program: Program, { usage = {}, tier, at }: PriceFacts): PriceRule {
  return withCounted(price, ratesFor(program, { usage, tier, at, asked: price.asked }));
}

/** With what the price says beside its expression: rates of counted units, and an amount for each request. */
function withCounted({ rates: beside, perCall }: Price, { rates, perCall: own, label }: WorkedOut): PriceRule {
  const all = { ...rates, ...beside };
  const amount = own === undefined ? perCall : own + (perCall ?? 0n);
  return { when: undefined, rates: all, perCall: amount, label, dearest: dearest(all) };
}

/** What the standard tier is called in conditions. */
const standardTier = 'standard';

function holds(when: Condition, facts: PriceFacts): boolean {
  if (when.tier !== undefined && !when.tier.includes(facts.tier ?? standardTier)) return false;
  if (when.geo !== undefined && !when.geo.includes(facts.geo ?? globalGeo)) return false;
  if (when.inputAbove !== undefined && !(facts.input > when.inputAbove)) return false;
  if (when.inputUpTo !== undefined && facts.input > when.inputUpTo) return false;
  if (when.hours !== undefined && !isWithin(when.hours, facts.at)) return false;
  if (when.reasoning !== undefined && when.reasoning !== (facts.usage?.reasoning ?? 0) > 0) return false;
  return (
    among(when.model, facts.model) &&
    among(when.size, facts.size) &&
    among(when.quality, facts.quality) &&
    among(when.resolution, facts.resolution)
  );
}

const among = (words: readonly string[] | undefined, word: string | undefined): boolean =>
  words === undefined || (word !== undefined && words.includes(word));

const minuteMs = 60_000;
const dayMinutes = 1440;

function isWithin(hours: NonNullable<Condition['hours']>, at: number | undefined): boolean {
  if (at === undefined) return false;
  const minute = Math.floor(at / minuteMs) % dayMinutes;
  return hours.some((band) => inBand(band, minute));
}

/** What is known of an answer before it is there. */
export type Prospect = {
  /** The most input it may have read. */
  readonly inputTokens: number;
  /** The most output, and what else is counted, by which expressions may differ. */
  readonly outputTokens: number;
  readonly counted?: Usage | undefined;
  /** Tiers at which it may be served; undefined for any. */
  readonly tiers?: readonly string[] | undefined;
  /** Geographies within which it may be served; undefined for any. */
  readonly geos?: readonly string[] | undefined;
  /** When the request came, ms since the epoch; undefined for any hour. */
  readonly at?: number | undefined;
  /** Models beside the one asked for that may run parts of it. */
  readonly models?: readonly string[] | undefined;
};

/** The rules that may come to apply to some part of such an answer. */
export function reachableRules(price: Price, prospect: Prospect): readonly PriceRule[] {
  if (price.program !== undefined)
    return ratesWithin(price.program, { ...prospect, at: prospect.at, asked: price.asked }).map((worked) =>
      withCounted(price, worked),
    );
  const { conditional, fallback, alone } = rulesOf(price);
  if (conditional.length === 0) return alone;
  const reachable: PriceRule[] = [];
  for (const rule of conditional) {
    if (rule.when === undefined || !mayHold(rule.when, prospect)) continue;
    reachable.push(rule);
    // Nothing behind a rule that holds in any case is ever asked.
    if (mustHold(rule.when, prospect)) return reachable;
  }
  reachable.push(fallback);
  return reachable;
}

function mayHold(when: Condition, { inputTokens, tiers, geos, at, models = [] }: Prospect): boolean {
  if (when.inputAbove !== undefined && !(inputTokens > when.inputAbove)) return false;
  if (when.tier !== undefined && tiers !== undefined && !tiers.some((tier) => when.tier?.includes(tier))) return false;
  if (when.geo !== undefined && geos !== undefined && !geos.some((geo) => when.geo?.includes(geo))) return false;
  if (when.hours !== undefined && at !== undefined && !isWithin(when.hours, at)) return false;
  return when.model === undefined || when.model.some((model) => models.includes(model));
}

/** Whether a condition is sure to hold, whatever the answer turns out to be within the prospect. */
function mustHold(when: Condition, { inputTokens, tiers, geos, at }: Prospect): boolean {
  const known: Condition = { tier: [], geo: [], inputUpTo: 0, hours: [] };
  if (Object.keys(when).some((dimension) => !Object.hasOwn(known, dimension))) return false;
  if (when.tier !== undefined && !(tiers?.every((tier) => when.tier?.includes(tier)) ?? false)) return false;
  if (when.geo !== undefined && !(geos?.every((geo) => when.geo?.includes(geo)) ?? false)) return false;
  if (when.inputUpTo !== undefined && inputTokens > when.inputUpTo) return false;
  return when.hours === undefined || (at !== undefined && isWithin(when.hours, at));
}
