import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Database } from '../../store/database.ts';
import { movementOf } from '../../store/ledger/journal.ts';
import { givenCreditRepository } from '../../store/rewards/given-credits.ts';
import type { Transact } from '../subscriptions/deps.ts';

/** A credit that an administrator asks for, under a key of their own. */
type Asked = {
  readonly key: string;
  /** User or team whose wallet it is. */
  readonly ownerId: string;
  readonly amount: bigint;
  /** Of credit that expires, which is an account of its own. */
  readonly expires: boolean;
};

/**
 * Does `work` in a transaction, unless the idempotency key stands for another movement: of another owner, another amount, or
 * credit that expires where this one stays. Of two calls at once one finds the other's key taken, and looks again.
 */
export async function creditOnce(
  { transact }: Database,
  asked: Asked,
  work: (db: Transact) => Promise<void>,
): Promise<void> {
  const once = async (): Promise<void> =>
    await transact(async (db) => {
      await refuseOtherUse(db, asked);
      await work(db);
    });
  try {
    await once();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await once();
  }
}

async function refuseOtherUse(db: Transact, { key, ownerId, amount, expires }: Asked): Promise<void> {
  const given = await givenCreditRepository.findBySource(db, key);
  const own = given?.userId === ownerId ? given.meterId : walletMeter(ownerId);
  const earlier = await movementOf(db, key, own);
  if (earlier === undefined) return;
  if (earlier.amount !== amount || expires !== (given !== undefined))
    throw new Refusal('conflict', 'This idempotency key belongs to another credit.', { param: 'idempotencyKey' });
}
