import type { Transaction } from 'kysely';
import { walletMeter } from '../../domain/meters.ts';
import type { DatabaseKind } from '../database.ts';
import type { Tables } from '../tables.ts';
import { lockMeter, recallFrom } from './leases.ts';
import { ensureWallet } from './meters.ts';

/** How far below zero usage may take a wallet (nano-dollars, 0 for not at all), and who says so, and why. */
export type CreditLine = {
  readonly ownerId: string;
  readonly amount: bigint;
  readonly reason: string;
  readonly actor: string;
  readonly at: number;
};

/**
 * Sets the credit line of a user's or a team's wallet; returns the one before, 0 for none. Leases are granted under the same lock,
 * so none is granted beyond the new line. What was lent up to a higher one is asked back; what is spent stays spent.
 */
export async function setCreditLine(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  { ownerId, amount, reason, actor, at }: CreditLine,
): Promise<bigint> {
  const account = walletMeter(ownerId);
  await ensureWallet(db, kind, ownerId);
  await lockMeter(db, kind, account);
  const known = await db
    .selectFrom('credit_lines')
    .select('amount_nanos')
    .where('account', '=', account)
    .executeTakeFirst();
  const line = { amount_nanos: amount, reason, actor, updated_at: at };
  if (known === undefined)
    await db
      .insertInto('credit_lines')
      .values({ account, ...line })
      .execute();
  else await db.updateTable('credit_lines').set(line).where('account', '=', account).execute();
  await db.updateTable('meters').set({ credit_line_nanos: amount }).where('id', '=', account).execute();
  const before = known?.amount_nanos ?? 0n;
  if (amount < before) await recallFrom(db, kind, account, at);
  return before;
}
