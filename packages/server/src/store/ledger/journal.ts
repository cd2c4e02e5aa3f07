import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { sourceAccount, type CreditKind, type MeterId } from '../../domain/meters.ts';
import { isUniqueViolation } from '../database.ts';
import type { Database, DatabaseKind, Db } from '../database.ts';
import type { Tables } from '../tables.ts';
import { recallFrom } from './leases.ts';
import { onConflictAdd } from './portable.ts';

/** A movement on one account: a wallet, an allowance. A negative amount takes. */
export type Credit = {
  readonly transactionId: string;
  readonly account: MeterId;
  readonly amount: bigint;
  readonly kind: CreditKind;
  readonly note: string;
  /** Unique for ever: a payment's provider and order id, a redemption code, the id of the admin's request. */
  readonly idempotencyKey: string;
  /** Who did it: a user id, `cli`, a payment provider. */
  readonly actor: string;
  readonly at: number;
};

/** `posted` is false when the same idempotency key had been posted before, and nothing changed. */
export type CreditPosted = { readonly posted: boolean; readonly transactionId: string };

/** Posts a credit once, in a transaction of its own. Throws when its idempotency key belongs to a different movement. */
export async function postCredit(database: Database, credit: Credit): Promise<CreditPosted> {
  try {
    return await database.transact((db) => postCreditIn(db, database.kind, credit));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Another process posted the same key between our look and our insert.
    const earlier = await database.transact((db) => earlierCredit(db, credit));
    if (earlier === undefined) throw error;
    return earlier;
  }
}

/** The same within a transaction that changes something else too (an order's state, a redemption code). */
export async function postCreditIn(db: Transaction<Tables>, kind: DatabaseKind, credit: Credit): Promise<CreditPosted> {
  const earlier = await earlierCredit(db, credit);
  if (earlier !== undefined) return earlier;
  const { transactionId, account, amount } = credit;
  await db
    .insertInto('journal_transactions')
    .values({
      id: transactionId,
      kind: credit.kind,
      idempotency_key: credit.idempotencyKey,
      at: credit.at,
      actor: credit.actor.slice(0, 100),
      note: credit.note.slice(0, 500),
    })
    .execute();
  await db
    .insertInto('journal_entries')
    .values([
      { transaction_id: transactionId, account, amount_nanos: amount },
      { transaction_id: transactionId, account: sourceAccount(credit.kind), amount_nanos: -amount },
    ])
    .execute();
  await sql`insert into meters (id, kind, limit_nanos, spent_nanos, leased_nanos)
    values (${account}, 'account', ${amount}, ${0n}, ${0n})
    ${onConflictAdd(kind, 'meters', ['id'], ['limit_nanos'])}`.execute(db);
  // What was taken may be out on lease: without asking it back, it would be spent all the same.
  if (amount < 0n) await recallFrom(db, kind, account, credit.at);
  return { posted: true, transactionId };
}

/** Whether something was posted under an idempotency key. */
export async function isPosted(db: Db, idempotencyKey: string): Promise<boolean> {
  const query = db.selectFrom('journal_transactions').select('id').where('idempotency_key', '=', idempotencyKey);
  return (await query.executeTakeFirst()) !== undefined;
}

/** What was posted under an idempotency key: to an account, or (amount 0) to others. Undefined when nothing was. */
export async function movementOf(
  db: Db,
  idempotencyKey: string,
  account: MeterId,
): Promise<{ readonly transactionId: string; readonly amount: bigint } | undefined> {
  const rows = await db
    .selectFrom('journal_transactions')
    .innerJoin('journal_entries', 'journal_entries.transaction_id', 'journal_transactions.id')
    .select(['journal_transactions.id', 'account', 'amount_nanos'])
    .where('idempotency_key', '=', idempotencyKey)
    .execute();
  const [first] = rows;
  const own = rows.find((row) => row.account === account);
  return first && { transactionId: first.id, amount: own?.amount_nanos ?? 0n };
}

async function earlierCredit(db: Transaction<Tables>, credit: Credit): Promise<CreditPosted | undefined> {
  const entries = await db
    .selectFrom('journal_transactions')
    .innerJoin('journal_entries', 'journal_entries.transaction_id', 'journal_transactions.id')
    .select(['journal_transactions.id', 'journal_transactions.kind', 'account', 'amount_nanos'])
    .where('idempotency_key', '=', credit.idempotencyKey)
    .execute();
  const [first] = entries;
  if (first === undefined) return undefined;
  const same = entries.some(
    ({ kind, account, amount_nanos: amount }) =>
      kind === credit.kind && account === credit.account && amount === credit.amount,
  );
  if (!same) throw new Error(`the idempotency key ${credit.idempotencyKey} belongs to another movement`);
  return { posted: false, transactionId: first.id };
}

/** One line of an account's statement. */
export type StatementLine = {
  readonly transactionId: string;
  readonly kind: string;
  readonly at: number;
  readonly amount: bigint;
  readonly actor: string;
  readonly note: string;
};

/** An account's movements, latest first, after the one named `before`. Usage, if it is asked for, comes in sums of batches. */
export async function statementOf(
  { db }: Database,
  page: {
    readonly account: MeterId;
    readonly before: string | undefined;
    readonly limit: number;
    readonly usage: boolean;
  },
): Promise<readonly StatementLine[]> {
  let query = db
    .selectFrom('journal_entries')
    .innerJoin('journal_transactions', 'journal_transactions.id', 'journal_entries.transaction_id')
    .select(['transaction_id', 'kind', 'at', 'amount_nanos', 'actor', 'note'])
    .where('account', '=', page.account);
  if (page.before !== undefined) query = query.where('transaction_id', '<', page.before);
  if (!page.usage) query = query.where('kind', '<>', 'usage');
  const rows = await query.orderBy('transaction_id', 'desc').limit(page.limit).execute();
  return rows.map((row) => ({
    transactionId: row.transaction_id,
    kind: row.kind,
    at: row.at,
    amount: row.amount_nanos,
    actor: row.actor,
    note: row.note,
  }));
}
