import type { RequestSummary } from '@tollgate/wire/protocol';
import { planDebits } from '../../domain/debits.ts';
import { zeroNanos, type Nanos } from '../../domain/money.ts';
import type { Price } from '../../domain/price.ts';
import { holdAmount } from '../../domain/hold-amount.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import type { Hold, HoldRefusal } from '../../services/ledger/types.ts';
import type { RequestContext } from '../request-context.ts';
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
  for (const { price, upstreamModel } of context.candidates) {
    if (!price || price === last) continue;
    last = price;
    const most = (models.get(context.model) ?? models.get(upstreamModel))?.maxOutputTokens ?? Infinity;
    const output = Math.min(summary.maxOutputTokens ?? settings.relay.holdOutputTokens, most) * summary.choices;
    const needed = holdAmount({ inputTokens: summary.inputEstimate, outputTokens: output }, price, context.multiplier);
    if (needed > amount) amount = needed;
  }
  return deps.ledger.hold(planDebits(key, amount, context.at));
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
