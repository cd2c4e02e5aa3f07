import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { lockMeter, recallFor, type LeaseGrant } from '../../store/ledger/leases.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import { watchRecalls } from '../ledger/recall-watch.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';

/**
 * How long gateways that answer have to give back what they lease of a wallet and do not use, how long one that does not answer is waited
 * for, and how often the wallet is looked at meanwhile.
 */
export type WalletWaits = { readonly answeredMs: number; readonly silentMs: number; readonly pauseMs: number };
const usualWaits: WalletWaits = { answeredMs: 2000, silentMs: 5000, pauseMs: 60 };

/** What a wallet has left where gateways lease the rest, and of whom that is asked back. */
type Leased = { readonly left: bigint } & Pick<LeaseGrant, 'othersLeased' | 'recalls'>;

/**
 * Does `work` in a transaction in which the wallet of a user has a price to give: nobody has set it aside, and its row is
 * locked. What idle leases of gateways hold is asked back first. `short` when the money is not there; a refusal to be tried again
 * when a gateway that may have it does not answer.
 */
export async function withWallet<T>(
  { database, now }: Pick<SubscriptionDeps, 'database' | 'now'>,
  userId: string,
  price: bigint,
  work: (db: Transact) => Promise<T>,
  { answeredMs, silentMs, pauseMs } = usualWaits,
): Promise<{ readonly done: T } | 'short'> {
  const meterId = walletMeter(userId);
  let waited = 0;
  const watch = watchRecalls(() => waited, answeredMs);
  for (; ; waited += pauseMs) {
    const outcome = await database.transact(async (db): Promise<{ readonly done: T } | 'short' | Leased> => {
      const { left = 0n, leased = 0n } = (await lockMeter(db, database.kind, meterId)) ?? {};
      if (price <= 0n || left >= price) return { done: await work(db) };
      if (left + leased < price) return 'short';
      // Each asking has a moment of its own, by which one answer is told from the next.
      const recalls = await recallFor(db, database.kind, { meterId, at: now() + waited, nodeId: '' });
      return { left, othersLeased: leased, recalls };
    });
    if (outcome === 'short' || 'done' in outcome) return outcome;
    if (outcome.left + watch.mayCome(outcome) < price) return 'short';
    if (waited >= silentMs)
      throw new Refusal('ledger_unavailable', 'The balance cannot be checked at the moment. Try again shortly.', {
        retryAfterMs: 2000,
      });
    await Bun.sleep(pauseMs);
  }
}

/** Posts a movement between a wallet and the subscription: its price is negative. The next number of the subscription's own. */
export async function postFor(
  db: Transact,
  deps: SubscriptionDeps,
  one: StoredSubscription,
  movement: { readonly amount: bigint; readonly termNumber: number; readonly actor: string; readonly note: string },
): Promise<StoredSubscription> {
  const { amount, termNumber, actor, note } = movement;
  if (amount === 0n) return one;
  const at = deps.now();
  const number = one.postings + 1;
  const account = walletMeter(one.userId);
  const { transactionId } = await postCreditIn(db, deps.database.kind, {
    transactionId: `tx_${deps.newId()}`,
    account,
    amount,
    kind: amount < 0n ? 'subscription' : 'refund',
    note,
    idempotencyKey: `subscription:${one.id}:${number}`,
    actor,
    at,
  });
  await subscriptionRepository.insertPosting(db, {
    subscriptionId: one.id,
    number,
    termNumber,
    account,
    transactionId,
    amount,
  });
  await changeRepository.append(db, 'wallet', one.userId, at);
  return { ...one, postings: number };
}
