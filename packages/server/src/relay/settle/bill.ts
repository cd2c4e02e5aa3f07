import { consumed, type ServedAs } from '@tollgate/wire/ir/served-as';
import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import type { BackgroundJob } from '../../domain/background-job.ts';
import { costOf, type ChannelCosts } from '../../domain/channel-costs.ts';
import { isCovered } from '../../domain/debits.ts';
import { likelyUsage } from '../../domain/likely-usage.ts';
import { zeroNanos, type Nanos } from '../../domain/money.ts';
import type { OtherModel } from '../../domain/other-model.ts';
import type { Multiplier, Price } from '../../domain/price.ts';
import { quote, quoteEach, type Charge } from '../../domain/quote.ts';
import { countedBuckets } from '../../domain/rates.ts';
import type { UsageSource } from '../../domain/record.ts';
import { priceOfOther, type Channel, type Snapshot } from '../../domain/snapshot.ts';
import type { AnyStage, Candidate } from '../request-context.ts';
import type { Ending } from './ending.ts';

/** What a request used, how that is known, and what it costs; undefined where nothing is charged. */
export type Bill = {
  readonly usage: Usage;
  readonly source: UsageSource;
  readonly charge: Charge | undefined;
  /** What the provider charges for it; undefined where that is not known. */
  readonly cost?: Nanos | undefined;
};

/** Of a request that costs nothing. */
export const unbilled: Bill = { usage: {}, source: 'none', charge: undefined };

/** What a bill is made out by. */
export type Terms = Pick<BackgroundJob, 'price' | 'multiplier' | 'inputEstimate'> & {
  /** When the request came. */
  readonly at: number;
  readonly upstreamModel: string;
  /** What the channel's provider charges, where that is known; `nothing` where somebody else pays it. */
  readonly costs: ChannelCosts | 'nothing' | undefined;
  /** Of the configuration it lives by, for other models that helped. */
  readonly models: () => Snapshot['models'];
  /** The model that answered in place of the one that was asked; undefined where nothing says so. */
  readonly other?: OtherModel | undefined;
};

/**
 * What the price is multiplied by: nothing is paid for what a number of requests or tokens covers that was bought. It covers no fee
 * ({@link feeMultiplierOf}), neither for a key of one's own nor for a refusal, and these use nothing of it up.
 */
export const multiplierOf = (
  context: Pick<AnyStage, 'hold' | 'key' | 'multiplier'>,
  candidate: Pick<Candidate, 'stop' | 'target'>,
): Multiplier => {
  const { hold, key } = context;
  const isOwn = candidate.target.channel.broughtBy !== undefined;
  const covered = key?.payers !== undefined && hold !== undefined && !isOwn && isCovered(hold.debits);
  return covered ? 0n : feeMultiplierOf(context, candidate);
};

/** What a fee is multiplied by, and all else that has to be paid in money. */
export const feeMultiplierOf = (
  { multiplier }: Pick<AnyStage, 'multiplier'>,
  { stop }: Pick<Candidate, 'stop'>,
): Multiplier => stop?.multiplier ?? multiplier ?? 0n;

/** Those of a request that a candidate served. */
export const termsOf = (context: AnyStage, candidate: Candidate): Terms => ({
  price: candidate.price,
  multiplier: multiplierOf(context, candidate),
  inputEstimate: context.summary?.inputEstimate ?? 0,
  at: context.at,
  upstreamModel: candidate.upstreamModel,
  costs: costsOf(candidate.target.channel),
  models: () => context.snapshot.models,
});

/** What the house pays the provider of a channel by. */
export const costsOf = (channel: Channel | undefined): Terms['costs'] =>
  channel?.broughtBy === undefined ? channel?.costSheet : 'nothing';

/** Makes out the bill. */
export function billFor(terms: Terms, ending: Ending): Bill {
  const { price, multiplier, at, models, upstreamModel, costs, other } = terms;
  const { reported, servedAs } = withUnreported(ending);
  const usage = reported ? consumed(reported, servedAs) : estimatedUsage(terms, ending);
  const source = reported && reported === ending.usage ? reportedSource(usage) : 'estimated';
  // An estimate is of the answer as one.
  const as = reported ? servedAs : servedAs && { tier: servedAs.tier, geo: servedAs.geo };
  const priceOf = (model: string): Price | undefined => priceOfOther(models(), model, upstreamModel);
  const { requests } = ending;
  const charge =
    price &&
    (requests
      ? quoteEach(requests, price, multiplier, { as, at, priceOf })
      : quote(usage, price, multiplier, { as, at, priceOf }));
  const cost =
    costs === 'nothing' ? zeroNanos : costs && costOf(costs, { upstreamModel, usage, requests, charge, as, at });
  const model = other?.pricedAs;
  if (!charge || model === undefined || as?.parts) return { usage, source, charge, cost };
  const own = quote(usage, price, multiplier, { as: { ...as, parts: [{ usage, model }] }, at, priceOf });
  // Nobody pays more for what he did not ask for, nor for what he did not get.
  return { usage, source, charge: other?.named === true || own.amount < charge.amount ? own : charge, cost };
}

const reportedSource = (usage: Usage): UsageSource =>
  inputTokens(usage) + outputTokens(usage) === 0 && !countedBuckets.some((bucket) => (usage[bucket] ?? 0) > 0)
    ? 'provider_reported_zero'
    : 'provider';

/**
 * What was reported, with what came since. Anthropic reports the input and a first token at the beginning of a stream, and
 * its output only at the end: an answer that broke off is billed for what of it had come by then.
 */
function withUnreported({ usage, servedAs, unreported = 0 }: Ending): {
  readonly reported: Usage | undefined;
  readonly servedAs: ServedAs | undefined;
} {
  if (!usage || !(unreported > 0)) return { reported: usage, servedAs };
  const parts = servedAs?.parts && [...servedAs.parts, { usage: { outputText: unreported } }];
  const reported = { ...usage, outputText: (usage.outputText ?? 0) + unreported };
  return { reported, servedAs: servedAs && { ...servedAs, parts } };
}

const estimatedUsage = ({ inputEstimate }: Terms, { estimate, outputEstimate }: Ending): Usage =>
  estimate ?? likelyUsage(inputEstimate, outputEstimate);
