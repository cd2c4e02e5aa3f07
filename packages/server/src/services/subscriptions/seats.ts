import { Refusal } from '../../domain/refusal.ts';
import { shareOfTerm } from '../../domain/subscription.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { allowanceRepository } from '../../store/subscriptions/allowances.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { lastAllowance } from './allowances.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';
import { postFor } from './pay.ts';
import { termsOf } from './terms.ts';

/** Seats of a team's subscription: their price and allowance are those of one seat, for the time that is left. */

const oneSeat = ({ terms }: StoredSubscription) => termsOf({ terms, seats: 1 });

/** What more seats cost for the rest of the term, rounded up to a whole nano-dollar. */
export function priceOfSeats(one: StoredSubscription, seats: number, now: number): bigint {
  if (one.state !== 'active' || now >= one.termEndsAt)
    throw new Refusal('conflict', 'Seats are added while a term that was paid for runs.', { param: 'seats' });
  const price = oneSeat(one).price * BigInt(seats - (one.seats ?? seats));
  return shareOfTerm(price, { startsAt: one.termStartsAt, endsAt: one.termEndsAt, now });
}

/** Takes the price of more seats and gives their share of the allowance that counts, in the transaction that has the money. */
export async function raiseSeats(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  { seats, price, actor }: { readonly seats: number; readonly price: bigint; readonly actor: string },
): Promise<StoredSubscription> {
  const note = termsOf(one).name;
  const paid = await postFor(db, deps, one, { amount: -price, termNumber: one.termNumber, actor, note });
  await subscriptionRepository.raiseTerm(db, one.id, one.termNumber, price);
  await raiseAllowance(db, deps, one, { seats, note });
  return { ...paid, seats, nextSeats: undefined };
}

async function raiseAllowance(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  { seats, note }: { readonly seats: number; readonly note: string },
): Promise<void> {
  const at = deps.now();
  const last = await lastAllowance(db, one);
  if (last === undefined || last.endsAt <= at) return;
  const whole = oneSeat(one).amount * BigInt(seats - (one.seats ?? seats));
  const amount = shareOfTerm(whole, { startsAt: last.startsAt, endsAt: last.endsAt, now: at });
  await allowanceRepository.update(db, last.id, { granted: last.granted + amount });
  if (last.unit !== 'money') return await allowanceRepository.raiseMeter(db, last.meterId, amount);
  await postCreditIn(db, deps.database.kind, {
    transactionId: `tx_${deps.newId()}`,
    account: last.meterId,
    amount,
    kind: 'allowance',
    note,
    // Within a term seats only become more.
    idempotencyKey: `allowance:${last.id}:seats:${seats}`,
    actor: `subscription:${one.id}`,
    at,
  });
}
