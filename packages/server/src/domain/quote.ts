import { addUp, consumed, type ServedAs, type ServedPart } from '@tollgate/wire/ir/served-as';
import { inputTokens, type Bucket, type Usage } from '@tollgate/wire/ir/usage';
import { nanos } from './money.ts';
import type { Nanos } from './money.ts';
import type { Asked } from './price-expression/program.ts';
import { multiplierOne } from './price.ts';
import type { Multiplier, Price } from './price.ts';
import { maxQuantity } from './quantity.ts';
import { ruleFor, type PriceFacts, type PriceRule } from './price-rules.ts';
import { pricedBuckets, rateOf } from './rates.ts';

/** One line of a bill. Amounts of lines are shown; the total is rounded once from the exact sum. */
export type ChargeLine = {
  readonly bucket: Bucket | 'call';
  readonly quantity: number;
  /** Nano-dollars per million units (per one for `call`). */
  readonly rate: bigint;
  /** Why this rate and no other, such as `tier: flex`; absent for the price's default. For people: the amount needs it not. */
  readonly condition?: string;
};

/** What a request costs, and how that came about; anyone can recompute it from the lines. */
export type Charge = {
  readonly amount: Nanos;
  readonly lines: readonly ChargeLine[];
  readonly multiplier: Multiplier;
  readonly priceVersion: string;
};

/** How what is charged for was served. */
export type Served = {
  /** By the answer's own account; undefined when it says nothing. */
  readonly as?: ServedAs | undefined;
  /** When the request came, ms since the epoch; decides which hours' rates hold. */
  readonly at?: number | undefined;
  /** The price of another model that ran a part of the answer; undefined when it has none of its own. */
  readonly priceOf?: ((model: string) => Price | undefined) | undefined;
};

/** Rates are per million units. */
const units = 1_000_000n;

/** Largest amount of one charge, a hundred million dollars: 64-bit columns end somewhere. */
const maxAmount = 10n ** 17n;

const servedPlainly: Served = {};

/**
 * What `usage` costs at `price`: exact, rounded half-up once to a whole nano-dollar. Where the answer came in parts
 * (`served.as.parts`) they are charged in place of the usage, each by the first rate whose condition fits it. Only
 * buckets with a quantity make lines; a bucket without a rate has that of its fallback (`rateOf`).
 */
export function quote(usage: Usage, price: Price, multiplier: Multiplier, served: Served = servedPlainly): Charge {
  const { as } = served;
  let lines: ChargeLine[] = [];
  const used = consumed(usage, as);
  const facts: PriceFacts = { tier: as?.tier, geo: as?.geo, input: inputTokens(used), at: served.at, usage: used };
  let rule: PriceRule;
  if (as?.parts === undefined || as.parts.length === 0) {
    rule = ruleFor(price, facts);
    addLines(lines, usage, rule, rule.label);
  } else {
    rule = addParts(lines, price, as.parts, facts, served);
    lines = merged(lines);
  }
  const { perCall, label: condition } = rule;
  if (perCall !== undefined) lines.push(callLine(perCall, condition));
  return { amount: totalOf(lines, multiplier), lines, multiplier, priceVersion: price.version };
}

/** What one of several requests that are charged together has used. */
export type UsedRequest = {
  readonly usage: Usage;
  /** What its price reads of it, where that is not what the price says already. */
  readonly asked?: Asked | undefined;
  /** The geography that it was kept within, by its own account; undefined for any. */
  readonly geo?: string | undefined;
};

/** What requests cost that are charged together: each by its own length and words, as if it had come alone; rounded once. */
export function quoteEach(
  requests: readonly UsedRequest[],
  price: Price,
  multiplier: Multiplier,
  served: Served = servedPlainly,
): Charge {
  const lines = merged(
    requests.flatMap(({ usage, asked, geo }) => {
      const as = geo === undefined ? served : { ...served, as: { ...served.as, geo } };
      return quote(usage, asked ? { ...price, asked } : price, multiplier, as).lines;
    }),
  );
  return { amount: totalOf(lines, multiplier), lines, multiplier, priceVersion: price.version };
}

/**
 * Adds what each part costs: by the price's own rule for its model, else by that model's own price, else as any other part.
 * Returns the rule of the whole.
 */
function addParts(
  lines: ChargeLine[],
  price: Price,
  parts: readonly ServedPart[],
  whole: PriceFacts,
  served: Served,
): PriceRule {
  // What an expression prices is worked out once, whatever parts it came in.
  const byExpression = new Map<Price, Usage[]>();
  for (const part of parts) {
    const { usage, insteadOf, orPricedAs, ...traits } = part;
    // The length that counts is the part's own, unless it has no input.
    const judged: PriceFacts = { ...whole, ...traits, input: inputTokens(usage) || whole.input };
    const { facts, own, other, isPriced } = pricingOf(price, judged, orPricedAs, served);
    const priced = other ?? price;
    if (insteadOf !== undefined && (!isPriced || paysFor(insteadOf, price, whole))) continue;
    if (priced.program !== undefined) byExpression.set(priced, [...(byExpression.get(priced) ?? []), usage]);
    else addLines(lines, usage, ...labelled(other === undefined && own ? own : ruleFor(priced, facts), facts.model));
  }
  let rule = ruleFor(price, price.program === undefined ? whole : { ...whole, usage: {} });
  for (const [priced, usages] of byExpression) {
    const usage = addUp(usages);
    const worked = ruleFor(priced, { ...whole, usage });
    addLines(lines, usage, worked, worked.label);
    if (priced === price) rule = worked;
    else if (worked.perCall !== undefined) lines.push(callLine(worked.perCall, worked.label));
  }
  return rule;
}

/** By what a part is charged. */
type Pricing = {
  readonly facts: PriceFacts;
  /** The price's own rule for it; an expression has none. */
  readonly own: PriceRule | undefined;
  /** The price of the model that did it. */
  readonly other: Price | undefined;
  /** Whether either is made for that model. */
  readonly isPriced: boolean;
};

/** Finds it by the model's name, and where nothing is priced by that, by the first of the `others` by which something is. */
function pricingOf(price: Price, facts: PriceFacts, others: ServedPart['orPricedAs'], served: Served): Pricing {
  const { model } = facts;
  const own = price.program === undefined ? ruleFor(price, facts) : undefined;
  const isOwn = own?.when?.model !== undefined;
  const other = model === undefined || isOwn ? undefined : served.priceOf?.(model);
  const found: Pricing = { facts, own, other, isPriced: isOwn || other !== undefined };
  if (found.isPriced || others === undefined) return found;
  const [next, ...rest] = others;
  const later = next === undefined ? undefined : pricingOf(price, { ...facts, model: next }, rest, served);
  return later?.isPriced === true ? later : found;
}

/** Whether a price has a rate for a bucket. An expression may read any, and is believed to say all that is to be paid. */
const paysFor = (bucket: Bucket, price: Price, facts: PriceFacts): boolean =>
  price.program !== undefined || rateOf(bucket, ruleFor(price, facts).rates) > 0n;

/** A rule, and why it holds for what a model did; one that is made for the model says so itself. */
function labelled(rule: PriceRule, model: string | undefined): readonly [PriceRule, string | undefined] {
  if (model === undefined || rule.when?.model !== undefined) return [rule, rule.label];
  return [rule, rule.label === undefined ? `model: ${model}` : `model: ${model}, ${rule.label}`];
}

const callLine = (rate: bigint, condition: string | undefined): ChargeLine => ({
  bucket: 'call',
  quantity: 1,
  rate,
  ...(condition === undefined ? {} : { condition }),
});

/** Adds what a usage costs under a rule. On the path of every request: nothing is looked up that is not needed. */
function addLines(lines: ChargeLine[], usage: Usage, rule: PriceRule, condition: string | undefined): void {
  for (const bucket of pricedBuckets) {
    const reported = usage[bucket];
    if (reported === undefined || !(reported > 0)) continue;
    const rate = rateOf(bucket, rule.rates);
    const quantity = Math.min(Math.ceil(reported), maxQuantity);
    lines.push(condition === undefined ? { bucket, quantity, rate } : { bucket, quantity, rate, condition });
  }
}

/** One line for what has bucket, rate and condition in common, where the first of them stands. */
function merged(lines: readonly ChargeLine[]): ChargeLine[] {
  const sums = new Map<string, ChargeLine>();
  for (const line of lines) {
    const key = `${line.bucket} ${line.rate} ${line.condition}`;
    const known = sums.get(key);
    sums.set(key, known ? { ...known, quantity: Math.min(known.quantity + line.quantity, maxQuantity) } : line);
  }
  return [...sums.values()];
}

/** Recomputes the amount of a bill from its lines: the exact sum times the multiplier, rounded half-up once. */
export function totalOf(lines: readonly ChargeLine[], multiplier: Multiplier): Nanos {
  let sum = 0n;
  for (const { bucket, quantity, rate } of lines) sum += BigInt(quantity) * (bucket === 'call' ? rate * units : rate);
  return roundedTotal(sum, multiplier);
}

/** `sum` is in nano-dollars times a million; the multiplier is in millionths. */
export function roundedTotal(sum: bigint, multiplier: Multiplier): Nanos {
  const whole = units * multiplierOne;
  const amount = (sum * multiplier + whole / 2n) / whole;
  return nanos(amount > maxAmount ? maxAmount : amount);
}
