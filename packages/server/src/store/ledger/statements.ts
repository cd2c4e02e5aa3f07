import { sql, type RawBuilder } from 'kysely';
import type { MeterId } from '../../domain/meters.ts';
import type { Db } from '../database.ts';

/** The sum of an account's movements of one kind in one stretch; -1 is before the first bound. */
export type StretchSum = { readonly stretch: number; readonly kind: string; readonly amount: bigint };

/** A movement that is no usage. */
export type Movement = {
  readonly transactionId: string;
  readonly at: number;
  readonly kind: string;
  readonly note: string;
  readonly amount: bigint;
};

/** Which of the stretches that begin at `bounds` (ms, ascending) a moment falls into; -1 before them. */
function stretchNumber(bounds: readonly number[]): RawBuilder<number> {
  const cases = bounds.map((bound, index) => sql`when at < ${sql.lit(bound)} then ${sql.lit(index - 1)}`);
  return sql<number>`case ${sql.join(cases, sql` `)} else ${sql.lit(bounds.length - 1)} end`;
}

const movements = (db: Db, account: MeterId) =>
  db
    .selectFrom('journal_entries')
    .innerJoin('journal_transactions', 'journal_transactions.id', 'journal_entries.transaction_id')
    .where('account', '=', account);

/** What the journal has of an account: for statements. */
export const statementRepository = {
  /** When it was first moved; undefined when it never was. */
  async begin(db: Db, account: MeterId): Promise<number | undefined> {
    const row = await movements(db, account)
      .select(({ fn }) => fn.min('at').as('at'))
      .executeTakeFirst();
    return row?.at ?? undefined;
  },

  /** Sums by kind, over stretches that begin at `bounds`; `only` is of one kind. In one reading of the account. */
  async sums(
    db: Db,
    account: MeterId,
    bounds: readonly number[],
    only?: { readonly kind: string; readonly from: number; readonly to: number },
  ): Promise<readonly StretchSum[]> {
    let query = movements(db, account);
    if (only !== undefined)
      query = query.where('kind', '=', only.kind).where('at', '>=', only.from).where('at', '<', only.to);
    const numbered = query.select(['kind', 'amount_nanos', stretchNumber(bounds).as('stretch')]).as('numbered');
    const rows = await db
      .selectFrom(numbered)
      .select(({ fn }) => ['stretch', 'kind', fn.sum<bigint>('amount_nanos').as('sum_nanos')])
      .groupBy(['stretch', 'kind'])
      .execute();
    return rows.map((row) => ({ stretch: Number(row.stretch), kind: row.kind, amount: row.sum_nanos }));
  },

  /** Movements between two moments that are no usage, in the order of time. */
  async movements(db: Db, account: MeterId, from: number, to: number): Promise<readonly Movement[]> {
    const rows = await movements(db, account)
      .select(['transaction_id', 'at', 'kind', 'note', 'amount_nanos'])
      .where('kind', '<>', 'usage')
      .where('at', '>=', from)
      .where('at', '<', to)
      .orderBy('at')
      .orderBy('transaction_id')
      .execute();
    return rows.map((row) => ({
      transactionId: row.transaction_id,
      at: row.at,
      kind: row.kind,
      note: row.note,
      amount: row.amount_nanos,
    }));
  },
};
