import { addUp, geosFor, tiersFor } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { RequestSummary } from '@tollgate/wire/protocol';
import { planDebits, type PlannedDebit } from '../../domain/debits.ts';
import { holdAmount, type Estimate } from '../../domain/hold-amount.ts';
import type { PolicyMeter } from '../../domain/meters.ts';
import { formatUsd, zeroNanos, type Nanos } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import { quote } from '../../domain/quote.ts';
import { refusalPrice } from '../../domain/refusal-price.ts';
import { Refusal } from '../../domain/refusal.ts';
import { payPlans } from '../../domain/payers.ts';
import { priceOfOther } from '../../domain/snapshot.ts';
import type { Hold, HoldRefusal } from '../../services/ledger/types.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Candidate, Inspected, Planned } from '../request-context.ts';
import { namedModels } from './passed-fields.ts';

/**
 * Sets money aside for the dearest of the candidates; requests that cost nothing hold nothing. A promise only where the
 * leases at hand do not suffice. Throws (or rejects with) the refusal.
 */
export function hold(deps: RelayDeps, endpoint: Endpoint, context: Planned): Promise<void> | undefined {
  if (!endpoint.charged) return undefined;
  const holding = holdFor(deps, endpoint, context);
  if (!(holding instanceof Promise) && !('refused' in holding)) {
    context.hold = holding;
    return undefined;
  }
  return holdLate(deps, endpoint, context, holding);
}

/**
 * Who cannot pay for what the house asks may still pay for what their own keys are asked; and whose plan covers the house, but who has
 * nothing for the fee, is served by the house, and of that by the channels without a fee for refusals.
 */
async function holdLate(deps: RelayDeps, endpoint: Endpoint, context: Planned, holding: Holding): Promise<void> {
  const all = context.candidates;
  let late = await holding;
  const house = context.key.payers === undefined ? [] : all.filter((one) => !isOwn(one));
  const withoutFee = house.filter((one) => refusalFeeOf(context, one) === undefined);
  for (const fewer of [all.filter(isOwn), house, withoutFee]) {
    const isShort = 'refused' in late && late.refused === 'insufficient';
    if (!isShort || fewer.length === 0 || fewer.length === all.length) continue;
    context.candidates = fewer;
    late = await holdFor(deps, endpoint, context);
  }
  context.hold = held(context, late);
}

const isOwn = ({ target }: Candidate): boolean => target.channel.broughtBy !== undefined;

type Holding = Hold | HoldRefusal | Promise<Hold | HoldRefusal>;

/** Only keys with more than a wallet have more than one way to pay. */
function holdFor({ ledger }: RelayDeps, endpoint: Endpoint, context: Planned): Holding {
  const { key, at, candidates } = context;
  const amount = amountFor(endpoint, context);
  if (key.payers === undefined) return ledger.hold(planDebits(key, amount, at));
  const { inputEstimate, maxOutputTokens, choices } = context.summary;
  const output = (maxOutputTokens ?? context.snapshot.settings.relay.holdOutputTokens) * choices;
  const own = candidates.filter(isOwn);
  const plans = payPlans(key, key.payers, {
    at,
    amount,
    fee: feeFor(endpoint, context, own),
    isOwn: own.length > 0 && own.length === candidates.length,
    tokens: Math.ceil(inputEstimate + output),
    models: modelsOf(context),
    group: context.group,
    channels: candidates.flatMap((one) => (isOwn(one) ? [] : [one.target.channel.name])),
  });
  const [only] = plans;
  return plans.length === 1 && only !== undefined ? ledger.hold(only) : holdFirst(ledger, plans);
}

/** The most that may have to be paid in money whatever covers the request: for `own` keys, or for a refusal. */
function feeFor(endpoint: Endpoint, context: Planned, own: readonly Candidate[]): Nanos {
  const fee = own.length === 0 ? zeroNanos : amountFor(endpoint, { ...context, candidates: own });
  return context.candidates.reduce((most, one) => atLeast(refusalFeeOf(context, one), most), fee);
}

/** The names that budgets and plans may know a request by. Where a cheaper model answers, it counts for the one that was asked. */
function modelsOf({ summary, model, otherModels = [], cheaper }: Planned): readonly string[] {
  return cheaper ? [summary.model] : [...new Set([summary.model, model, ...otherModels])];
}

/** The first of the ways to pay that holds; else the refusal of the last. */
async function holdFirst(
  ledger: RelayDeps['ledger'],
  plans: readonly (readonly PlannedDebit[])[],
): Promise<Hold | HoldRefusal> {
  let last: Hold | HoldRefusal = { refused: 'unavailable' };
  for (const plan of plans) {
    last = await ledger.hold(plan);
    if (!('refused' in last) || last.refused === 'unavailable') return last;
  }
  return last;
}

/** What the dearest of the candidates may come to. */
export function amountFor(endpoint: Endpoint, context: Planned): Nanos {
  let amount: Nanos = zeroNanos;
  let last: Candidate | undefined;
  for (const candidate of context.candidates) {
    const { price } = candidate;
    // Many candidates are the same model at the same price; what they may come to is worked out once.
    const isAlike =
      candidate.stop === last?.stop &&
      price === last?.price &&
      candidate.maxOutputTokens === last?.maxOutputTokens &&
      candidate.dialect.refusalFee === last?.dialect.refusalFee;
    if (!price || (isAlike && isHeldAlike(price, candidate, last, context.summary))) continue;
    last = candidate;
    const needed = mostOf(endpoint, context, candidate, price, context.summary);
    if (needed > amount) amount = needed;
  }
  return amount;
}

/** Whether a candidate comes to what the last one did, whose price and limits it has: where conditions decide, may the same tiers serve it, too. */
function isHeldAlike(price: Price, one: Candidate, last: Candidate | undefined, summary: RequestSummary): boolean {
  if (price.conditional.length === 0 && price.program === undefined) return true;
  return (
    summary.otherModels === undefined &&
    summary.routedModels === undefined &&
    one.dialect.protocol === last?.dialect.protocol &&
    one.target.channel.overrides.asksForTier === last.target.channel.overrides.asksForTier
  );
}

/** What one candidate may come to for a request, or a step of a session, of this size. */
export function mostOf(
  endpoint: Endpoint,
  context: Inspected,
  candidate: Candidate,
  price: Price,
  summary: RequestSummary,
): Nanos {
  const { snapshot, multiplier: own, at, key } = context;
  const { settings, models } = snapshot;
  const multiplier = candidate.stop?.multiplier ?? own;
  const { upstreamModel, maxOutputTokens: most = Infinity } = candidate;
  const output = Math.min(summary.maxOutputTokens ?? settings.relay.holdOutputTokens, most) * summary.choices;
  const estimate: Estimate = {
    inputTokens: summary.inputEstimate,
    outputTokens: output,
    calls: summary.calls,
    counted: countedOf(summary, settings.relay.holdToolUses),
    tiers: tiersOf(endpoint, candidate, summary),
    // A channel may ask for one itself.
    geos: candidate.target.channel.overrides.asksForTier ? undefined : geosFor(summary.geo),
    at,
    models: namedModels(summary, key, candidate.target.channel),
    priceOf: (other) => priceOfOther(models, other, upstreamModel),
  };
  return atLeast(refusalFeeOf(context, candidate, price), holdAmount(estimate, price, multiplier));
}

/** What its provider takes for a request that its filter refuses, in place of all else; undefined where it takes nothing. */
function refusalFeeOf(
  { multiplier }: Pick<Inspected, 'multiplier'>,
  candidate: Candidate,
  price = candidate.price,
): Nanos | undefined {
  const { dialect, stop } = candidate;
  // Who brought the key pays the provider.
  const fee = !isOwn(candidate) && dialect.refusalFee && price ? refusalPrice(price) : undefined;
  return fee && quote({ refusals: 1 }, fee, stop?.multiplier ?? multiplier).amount;
}

const atLeast = (least: Nanos | undefined, amount: Nanos): Nanos =>
  least !== undefined && least > amount ? least : amount;

/** What a request may come to beside its tokens: by its own words, and by what its tools do at the vendor. */
const countedOf = ({ counted, hosted }: RequestSummary, toolUses: number): Usage | undefined =>
  hosted === undefined
    ? counted
    : addUp([counted ?? {}, ...hosted.map(({ bucket, most = toolUses }): Usage => ({ [bucket]: most }))]);

/** The tiers at which a candidate may serve the request; undefined for any, as where its channel asks for one itself. */
function tiersOf(
  endpoint: Endpoint,
  { target, dialect }: Candidate,
  { tier }: RequestSummary,
): readonly string[] | undefined {
  if (target.channel.overrides.asksForTier) return undefined;
  return endpoint.tiersFor ? endpoint.tiersFor(dialect.protocol, tier) : tiersFor(tier);
}

/** The hold, or the refusal that there is none; its numbers stay with the request. */
function held(context: Planned, hold: Hold | HoldRefusal): Hold {
  if (!('refused' in hold)) return hold;
  if (hold.refused === 'insufficient') {
    const { meter, kind, amount, opens } = hold.debit;
    context.shortfall = { meter, kind, available: hold.available, needed: amount, endsAt: opens?.endsAt };
  }
  throw refusalOfHold(hold);
}

/** Why no money was set aside, for the client. */
export function refusalOfHold(refusal: HoldRefusal): Refusal {
  if (refusal.refused === 'unavailable')
    return new Refusal('ledger_unavailable', 'Balances cannot be checked at the moment. Try again shortly.', {
      retryAfterMs: 2000,
    });
  if (refusal.debit.kind === 'requests' || refusal.debit.kind === 'tokens')
    return new Refusal('insufficient_balance', 'What your plan allows is used up.');
  if (refusal.debit.opens !== undefined) return refusalOfBudget(refusal.debit.opens, refusal.available);
  if (refusal.debit.kind === 'limit')
    return new Refusal('key_limit_exhausted', 'The spending limit of this API key is reached.');
  const [left, most] = [formatUsd(refusal.available), formatUsd(refusal.debit.amount)];
  return new Refusal(
    'insufficient_balance',
    `The balance of this account is too low for this request: ${left} USD are left, and it may cost ${most} USD.`,
  );
}

const periodWords = { ever: 'in all', day: 'for the day', week: 'for the week', month: 'for the month' } as const;

/** With the numbers: what is left, and when there is more. */
function refusalOfBudget({ policy, endsAt }: PolicyMeter, available: Nanos): Refusal {
  const left = formatUsd(available);
  const until = endsAt === undefined ? '' : ` The next period begins at ${new Date(endsAt).toISOString()}.`;
  const words = `The budget ${periodWords[policy.period]} (${policy.subject}) has ${left} USD left, less than this request may cost.${until}`;
  return new Refusal('budget_exhausted', words);
}
