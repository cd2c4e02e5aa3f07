import { walletMeter } from '../../domain/meters.ts';
import { lockMeter, recallFrom } from '../../store/ledger/leases.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import type { SubscriptionDeps, Transact } from './deps.ts';

/** How long gateways have to give back what they lease of a wallet and do not use. */
const patienceMs = 2000;
const pauseMs = 60;

/**
 * Does `work` in a transaction in which the wallet of a user has a price to give: nobody has set it aside, and its row is
 * locked. What idle leases of gateways hold is asked back first. `short` when the money is not there.
 */
export async function withWallet<T>(
  { database, now }: Pick<SubscriptionDeps, 'database' | 'now'>,
  userId: string,
  price: bigint,
  work: (db: Transact) => Promise<T>,
): Promise<{ readonly done: T } | 'short'> {
  const wallet = walletMeter(userId);
  for (let waited = 0; ; waited += pauseMs) {
    const outcome = await database.transact(async (db) => {
      const meter = await lockMeter(db, database.kind, wallet);
      if (price <= 0n || (meter?.left ?? 0n) >= price) return { done: await work(db) };
      if ((meter?.leased ?? 0n) <= 0n) return 'short';
      await recallFrom(db, database.kind, wallet, now());
      return 'leased';
    });
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'short' || waited >= patienceMs) return 'short';
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
