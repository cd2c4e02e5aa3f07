import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { allowanceMeter, walletMeter } from '../../domain/meters.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { lockMeter, recallFrom } from '../../store/ledger/leases.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { givenCreditRepository, type GivenCredit } from '../../store/rewards/given-credits.ts';
import { allowanceRepository } from '../../store/subscriptions/allowances.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { SubscriptionDeps, Transact } from '../subscriptions/deps.ts';

export type RewardDeps = Pick<SubscriptionDeps, 'database' | 'now' | 'newId'>;

/** Something that is given to somebody. */
export type Gift = {
  readonly userId: string;
  readonly amount: bigint;
  readonly kind: 'grant' | 'adjustment';
  readonly note: string;
  /** Unique for ever: what it is given for. */
  readonly key: string;
  readonly actor: string;
  /** ms since the epoch; undefined for credit that stays. */
  readonly expiresAt: number | undefined;
  readonly promotionId?: string;
  /** Of the movement, where somebody must know it before; absent: a new one. */
  readonly transactionId?: string;
};

/** When credit that is given now ends, by a number of days; 0 is never. */
export const endAfter = (now: number, days: number): number | undefined =>
  days === 0 ? undefined : now + days * 86_400_000;

/**
 * Gives credit, once for each key. What stays goes into the wallet; what expires is an account of its own that pays before
 * the wallet. `posted` is false when it had been given before.
 */
export async function giveCredit(
  db: Transact,
  { database, now, newId }: RewardDeps,
  gift: Gift,
): Promise<{ readonly posted: boolean; readonly transactionId: string }> {
  const { userId, expiresAt } = gift;
  const at = now();
  const movement = {
    transactionId: gift.transactionId ?? `tx_${newId()}`,
    amount: gift.amount,
    kind: gift.kind,
    note: gift.note,
    idempotencyKey: gift.key,
    actor: gift.actor,
    at,
  };
  if (expiresAt === undefined) {
    const done = await postCreditIn(db, database.kind, { ...movement, account: walletMeter(userId) });
    if (done.posted) await changeRepository.append(db, 'wallet', userId, at);
    return done;
  }
  const earlier = await givenCreditRepository.findBySource(db, gift.key);
  if (earlier !== undefined) return { posted: false, transactionId: earlier.transactionId };
  const id = `gvc_${newId()}`;
  const account = allowanceMeter(id);
  const { transactionId } = await postCreditIn(db, database.kind, { ...movement, account });
  await givenCreditRepository.insert(db, {
    id,
    userId,
    meterId: account,
    sourceKey: gift.key,
    transactionId,
    granted: gift.amount,
    note: gift.note.slice(0, 500),
    promotionId: gift.promotionId,
    expiresAt,
    state: 'open',
    sweeps: 0,
    createdAt: at,
  });
  await allowanceRepository.dateMeter(db, account, at, expiresAt);
  // Gateways read with a key what pays for it.
  await changeRepository.append(db, 'user', userId, at);
  return { posted: true, transactionId };
}

/** Credit of a user that expires and is not over, what ends first first, with what is left of each. */
export async function listGivenCredits(
  { database, now }: RewardDeps,
  userId: string,
): Promise<readonly (GivenCredit & { readonly left: bigint })[]> {
  const open = (await givenCreditRepository.openOf(database.db, userId)).filter(({ expiresAt }) => expiresAt > now());
  const meters = await meterStatus(
    database,
    open.map(({ meterId }) => meterId),
  );
  return open.map((one) => ({ ...one, left: meters.get(one.meterId)?.remaining ?? 0n }));
}

/** Takes what nobody has set aside of credit that is over, by a posting. Closes it once nothing is left. */
export async function sweepGivenCredit({ database, now, newId }: RewardDeps, id: string): Promise<void> {
  await database.transact(async (db) => {
    const seen = await givenCreditRepository.find(db, id);
    if (seen === undefined) return;
    const meter = await lockMeter(db, database.kind, seen.meterId);
    // Read again under the lock: another may have swept it since.
    const credit = (await givenCreditRepository.find(db, id)) ?? seen;
    const at = now();
    if (credit.state === 'closed' || credit.expiresAt > at || meter === undefined) return;
    const left = meter.left ?? 0n;
    const sweeps = credit.sweeps + (left > 0n ? 1 : 0);
    if (left > 0n)
      await postCreditIn(db, database.kind, {
        transactionId: `tx_${newId()}`,
        account: credit.meterId,
        amount: -left,
        kind: 'expiry',
        note: credit.note,
        idempotencyKey: `given-credit:${id}:${sweeps}`,
        actor: 'gateway',
        at,
      });
    // What is neither spent nor gone now is leased, or reserved for a job: the next round looks again.
    const used = (await allowanceRepository.used(db, [credit.meterId])).get(credit.meterId);
    const outstanding = meter.leased > 0n || (used !== undefined && used.limit > used.spent);
    if (meter.leased > 0n) await recallFrom(db, database.kind, credit.meterId, at);
    await givenCreditRepository.update(db, id, { state: outstanding ? 'open' : 'closed', sweeps });
    if (!outstanding) await changeRepository.append(db, 'user', credit.userId, at);
  });
}

const sweepKind = jobKind({
  name: 'given-credits.sweep',
  payload: z.strictObject({}),
  schedule: every(30_000),
  deadlineMs: 5 * 60_000,
});

const pageRows = 200;

export const givenCreditJobs = (deps: RewardDeps): readonly JobHandler[] => [
  jobHandler(sweepKind, async (_, { signal }) => {
    for (let after = ''; ;) {
      const ids = await givenCreditRepository.ended(deps.database.db, deps.now(), after, pageRows);
      for (const id of ids) {
        signal.throwIfAborted();
        await sweepGivenCredit(deps, id);
      }
      const last = ids.at(-1);
      if (last === undefined || ids.length < pageRows) return undefined;
      after = last;
    }
  }),
];
