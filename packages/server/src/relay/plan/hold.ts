import { asksForTier, tiersFor } from '@tollgate/wire/ir/served-as';
import type { RequestSummary } from '@tollgate/wire/protocol';
import { planDebits } from '../../domain/debits.ts';
import { zeroNanos, type Nanos } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import { holdAmount, type Estimate } from '../../domain/hold-amount.ts';
import { priceOfOther, type KeyRecord } from '../../domain/snapshot.ts';
import type { Hold, HoldRefusal } from '../../services/ledger/types.ts';
import { egressOf } from '../chat/protocols.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';

/** Sets money aside for the dearest of the candidates; free requests hold nothing. */
export function holdFor(
  deps: RelayDeps,
  context: RequestContext,
  key: KeyRecord,
  summary: RequestSummary,
): Hold | HoldRefusal | Promise<Hold | HoldRefusal> {
  const { settings, models } = context.snapshot;
  let amount: Nanos = zeroNanos;
  let last: Price | undefined;
  for (const candidate of context.candidates) {
    const { price, upstreamModel } = candidate;
    if (!price || (price === last && price.conditional.length === 0)) continue;
    last = price;
    const most = (models.get(context.model) ?? models.get(upstreamModel))?.maxOutputTokens ?? Infinity;
    const output = Math.min(summary.maxOutputTokens ?? settings.relay.holdOutputTokens, most) * summary.choices;
    const estimate: Estimate = {
      inputTokens: summary.inputEstimate,
      outputTokens: output,
      tiers: tiersOf(candidate, summary),
      at: context.at,
      models: summary.otherModels,
      priceOf: (model) => priceOfOther(models, model, upstreamModel),
    };
    const needed = holdAmount(estimate, price, context.multiplier);
    if (needed > amount) amount = needed;
  }
  return deps.ledger.hold(planDebits(key, amount, context.at));
}

/** The tiers at which a candidate may serve the request; undefined for any, as where its channel asks for one itself. */
function tiersOf({ target, dialect }: Candidate, { tier }: RequestSummary): readonly string[] | undefined {
  const { set, remove } = target.channel.overrides.body;
  if (remove.some(asksForTier) || Object.keys(set).some(asksForTier)) return undefined;
  return (egressOf(dialect.protocol).tiersFor ?? tiersFor)(tier);
}

/** The hold, or the refusal that there is none. */
export function held(hold: Hold | HoldRefusal): Hold {
  if (!('refused' in hold)) return hold;
  if (hold.refused === 'unavailable')
    throw new Refusal('ledger_unavailable', 'Balances cannot be checked at the moment. Try again shortly.', {
      retryAfterMs: 2000,
    });
  if (hold.debit.kind === 'limit')
    throw new Refusal('key_limit_exhausted', 'The spending limit of this API key is reached.');
  throw new Refusal('insufficient_balance', 'The balance of this account is too low for this request.');
}
