import { rewardsMeter, walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { isPosted, postCreditIn } from '../../store/ledger/journal.ts';
import { lockMeter } from '../../store/ledger/leases.ts';
import type { RewardDeps } from './given-credits.ts';

/** Moves what invitations have earned into the wallet: an amount, or all of it. Once for each key of the caller’s own. */
export async function transferRewards(
  deps: RewardDeps,
  ask: { readonly userId: string; readonly amount: bigint | undefined; readonly clientKey: string },
): Promise<void> {
  const { database, now, newId } = deps;
  const from = rewardsMeter(ask.userId);
  const key = `rewards:${ask.userId}:${ask.clientKey}`;
  await database.transact(async (db) => {
    const left = (await lockMeter(db, database.kind, from))?.left ?? 0n;
    if (await isPosted(db, `${key}:out`)) return;
    const amount = ask.amount ?? left;
    if (amount <= 0n) throw new Refusal('conflict', 'There are no rewards to move.');
    if (amount > left) throw new Refusal('conflict', 'is more than there is', { param: 'amountUsd' });
    const shared = { kind: 'transfer', note: 'rewards', actor: `user:${ask.userId}`, at: now() } as const;
    for (const [account, moved, way] of [
      [from, -amount, 'out'],
      [walletMeter(ask.userId), amount, 'in'],
    ] as const)
      await postCreditIn(db, database.kind, {
        ...shared,
        transactionId: `tx_${newId()}`,
        account,
        amount: moved,
        idempotencyKey: `${key}:${way}`,
      });
    await changeRepository.append(db, 'wallet', ask.userId, shared.at);
  });
}
