import type { CheckedIn, CheckInsView } from '@tollgate/contract/api/rewards';
import { Refusal } from '../../domain/refusal.ts';
import { stretchOf } from '../../domain/period.ts';
import { isUniqueViolation } from '../../store/database.ts';
import { checkInRepository } from '../../store/rewards/check-ins.ts';
import type { User } from '../../store/users.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { setTimeZone, usdToNanos } from '../accounts/people.ts';
import { endAfter, giveCredit } from './given-credits.ts';

type CheckInDeps = Pick<AccountDeps, 'database' | 'now' | 'newId' | 'randomBytes' | 'snapshot'>;
type Comer = Pick<User, 'id' | 'timeZone'>;

/** A month of somebody's check-ins, and whether there is one to be had. */
export async function readCheckIns(deps: CheckInDeps, user: Comer, asked: string | undefined): Promise<CheckInsView> {
  const { db } = deps.database;
  const { rewards } = deps.snapshot().settings;
  const timeZone = user.timeZone ?? 'UTC';
  const today = stretchOf('day', deps.now(), timeZone);
  const month = asked ?? today.name.slice(0, 7);
  const lastDay = await checkInRepository.lastDay(db, user.id);
  const days = await checkInRepository.ofMonth(db, user.id, month);
  const { total, count } = await checkInRepository.sums(db, user.id);
  return {
    open: rewards.checkIn,
    minUsd: rewards.checkInMinUsd,
    maxUsd: rewards.checkInMaxUsd,
    timeZone,
    today: today.name,
    done: lastDay !== undefined && lastDay >= today.name,
    nextAt: today.endsAt,
    month,
    data: days.map(({ day, amount }) => ({ day, amountNanos: amount.toString() })),
    totalNanos: total.toString(),
    count,
  };
}

/**
 * Gives somebody the credit of their day. Days only go forward: whoever moves to another time zone gets none twice. Of two at
 * once, one is refused by the primary key, and its credit with it.
 */
export async function checkIn(
  deps: CheckInDeps,
  user: Comer,
  actor: string,
  browserZone: string | undefined,
): Promise<CheckedIn> {
  const { rewards } = deps.snapshot().settings;
  if (!rewards.checkIn) throw new Refusal('not_found', 'Nobody checks in here.');
  if (user.timeZone === null && browserZone !== undefined) await setTimeZone(deps, user.id, actor, browserZone);
  const at = deps.now();
  const { name: day } = stretchOf('day', at, user.timeZone ?? browserZone ?? 'UTC');
  const amount = drawAmount(deps, usdToNanos(rewards.checkInMinUsd), usdToNanos(rewards.checkInMaxUsd));
  const expiresAt = endAfter(at, rewards.creditDays);
  try {
    await deps.database.transact(async (db) => {
      const lastDay = await checkInRepository.lastDay(db, user.id);
      if (lastDay !== undefined && lastDay >= day) throw alreadyDone();
      const key = `check-in:${user.id}:${day}`;
      const transactionId = `tx_${deps.newId()}`;
      // Before the credit, which would be another amount under the same key: here the second of two waits, and is refused.
      await checkInRepository.insert(db, { userId: user.id, day, amount, transactionId, createdAt: at });
      const gift = { userId: user.id, amount, kind: 'grant', note: `check-in ${day}`, key, actor, expiresAt } as const;
      await giveCredit(db, deps, { ...gift, transactionId });
    });
  } catch (error) {
    throw isUniqueViolation(error) ? alreadyDone() : error;
  }
  return { day, amountNanos: amount.toString(), expiresAt: expiresAt ?? null };
}

const alreadyDone = (): Refusal => new Refusal('conflict', 'You have checked in today.');

/** Any amount from the least to the most, each as likely, in steps of a hundredth of a cent. */
function drawAmount({ randomBytes }: Pick<AccountDeps, 'randomBytes'>, least: bigint, most: bigint): bigint {
  const step = 100_000n;
  if (most <= least) return least;
  const bytes = new Uint8Array(8);
  randomBytes(bytes);
  // 2^64 is so much more than the number of steps that none is noticeably likelier.
  return least + (new DataView(bytes.buffer).getBigUint64(0) % ((most - least) / step + 1n)) * step;
}
