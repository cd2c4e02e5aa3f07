import { sql } from 'kysely';
import { counterAccounts } from '../../domain/meters.ts';
import type { Database } from '../database.ts';
import { creditsByAccount, reservedByMeter, spentByMeter } from './audit-checks.ts';
import { sqlList } from './portable.ts';

/**
 * Rebuilds what is only a projection: meters of accounts that have none, limits and credit lines of accounts, what all meters spent, lent
 * and set aside; strikes off leases of nodes that are not on the list. Journal, charges and reservations are never touched.
 */
export function rebuildProjections(database: Database): Promise<void> {
  const { kind } = database;
  return database.transact(async (db) => {
    // All rows at once, in the order in which everybody locks them.
    if (kind !== 'sqlite') await sql`select id from meters order by id for update`.execute(db);
    await sql`delete from leases where node_id not in (select id from nodes)`.execute(db);
    const existing =
      kind === 'mysql'
        ? sql`on duplicate key update kind = 'account'`
        : sql`on conflict (id) do update set kind = 'account'`;
    await sql`insert into meters (id, kind, limit_nanos, spent_nanos, leased_nanos)
      select account, 'account', 0, 0, 0 from (
        select account from journal_entries where account not in (${sqlList(counterAccounts)})
        union select account from credit_lines) a where 1 = 1 ${existing}`.execute(db);
    await sql`update meters set
      limit_nanos = case when kind = 'account'
        then coalesce((select j.amount_nanos from (${creditsByAccount}) j where j.account = meters.id), 0) else limit_nanos end,
      credit_line_nanos = coalesce((select c.amount_nanos from credit_lines c where c.account = meters.id), 0),
      spent_nanos = coalesce((select d.amount_nanos from (${spentByMeter(kind)}) d where d.meter_id = meters.id), 0),
      leased_nanos = coalesce((select sum(l.amount_nanos) from leases l where l.meter_id = meters.id), 0),
      reserved_nanos = coalesce((select r.amount_nanos from (${reservedByMeter(kind)}) r
        where r.meter_id = meters.id), 0)`.execute(db);
  });
}
