import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { counterAccounts, revenueAccount } from '../../domain/meters.ts';
import type { DatabaseKind } from '../database.ts';
import { debitsOfCharges, debitsOfReservations } from './debits-sql.ts';
import { check, type Check } from './audit-check.ts';
import { rewardChecks } from './audit-rewards.ts';
import { invoiceChecks } from './audit-invoices.ts';
import { saleChecks } from './audit-sales.ts';
import { subscriptionChecks } from './audit-subscriptions.ts';
import { sqlList } from './portable.ts';

/** Everything that must hold; nodes that were silent since `silentSince` (ms) count as dead. */
export function checksFor(kind: DatabaseKind, silentSince: number): readonly Check[] {
  return [
    ...journalChecks(kind),
    ...meterChecks(kind),
    ...asideChecks(kind, silentSince),
    ...logChecks(),
    ...saleChecks(),
    ...invoiceChecks(),
    ...rewardChecks(),
    ...subscriptionChecks(),
  ];
}

/** The journal is whole, and its usage is what the charges' debits say. */
function journalChecks(kind: DatabaseKind): readonly Check[] {
  const debits = debitsOfCharges(kind);
  return [
    check(
      'the entries of a transaction sum to zero',
      sql`select transaction_id as subject, sum(amount_nanos) as found_nanos, 0 as expected_nanos
        from journal_entries group by transaction_id having sum(amount_nanos) <> 0`,
    ),
    check(
      'every entry belongs to a transaction',
      sql`select e.transaction_id as subject, e.amount_nanos as found_nanos, null as expected_nanos
        from journal_entries e left join journal_transactions t on t.id = e.transaction_id where t.id is null`,
    ),
    check(
      'every transaction has entries',
      sql`select t.id as subject, null as found_nanos, null as expected_nanos
        from journal_transactions t where not exists (select 1 from journal_entries e where e.transaction_id = t.id)`,
    ),
    check(
      'the accounts of a charge pay all of it',
      sql`select c.request_id as subject, coalesce(d.amount_nanos, 0) as found_nanos, c.amount_nanos as expected_nanos
        from charges c left join (
          select id, sum(amount_nanos) as amount_nanos from (${debits}) a where kind = 'account' group by id) d
          on d.id = c.request_id
        where coalesce(d.amount_nanos, 0) <> c.amount_nanos`,
    ),
    check(
      'a limit counts all of a charge',
      sql`select d.id as subject, d.amount_nanos as found_nanos, c.amount_nanos as expected_nanos
        from (${debits}) d join charges c on c.request_id = d.id
        where d.kind = 'limit' and d.amount_nanos <> c.amount_nanos`,
    ),
    check(
      // Both ways round at once: what one side has and the other has not does not come to 0.
      'what accounts paid is what was posted for it',
      sql`select b.transaction_id as subject, sum(b.posted_nanos) as found_nanos, sum(b.paid_nanos) as expected_nanos
        from (
          select transaction_id, meter_id as account, 0 as posted_nanos, amount_nanos as paid_nanos
          from (${debits}) d where kind = 'account'
          union all
          select e.transaction_id, e.account, -e.amount_nanos as posted_nanos, 0 as paid_nanos
          from journal_entries e join journal_transactions t on t.id = e.transaction_id
          where t.kind = 'usage' and e.account <> ${revenueAccount}) b
        group by b.transaction_id, b.account having sum(b.posted_nanos) <> sum(b.paid_nanos)`,
    ),
    check(
      'every account of the journal has its meter',
      sql`select e.account as subject, null as found_nanos, sum(e.amount_nanos) as expected_nanos
        from journal_entries e left join meters m on m.id = e.account and m.kind = 'account'
        where m.id is null and e.account not in (${sqlList(counterAccounts)}) group by e.account`,
    ),
  ];
}

/** Meters are what the journal and the debits make of them. */
function meterChecks(kind: DatabaseKind): readonly Check[] {
  const debits = debitsOfCharges(kind);
  return [
    check(
      'an account holds what was credited to it',
      sql`select m.id as subject, m.limit_nanos as found_nanos, coalesce(j.amount_nanos, 0) as expected_nanos
        from meters m left join (${creditsByAccount}) j on j.account = m.id
        where m.kind = 'account' and (m.limit_nanos is null or m.limit_nanos <> coalesce(j.amount_nanos, 0))`,
    ),
    check(
      'an account has the credit line that was set',
      sql`select m.id as subject, m.credit_line_nanos as found_nanos, coalesce(c.amount_nanos, 0) as expected_nanos
        from meters m left join credit_lines c on c.account = m.id and m.kind = 'account'
        where m.credit_line_nanos <> coalesce(c.amount_nanos, 0)
        union all
        select c.account as subject, null as found_nanos, c.amount_nanos as expected_nanos
        from credit_lines c left join meters m on m.id = c.account and m.kind = 'account' where m.id is null`,
    ),
    check(
      'a meter spent what debits took from it',
      sql`select m.id as subject, m.spent_nanos as found_nanos, coalesce(d.amount_nanos, 0) as expected_nanos
        from meters m left join (${spentByMeter(kind)}) d on d.meter_id = m.id
        where m.spent_nanos <> coalesce(d.amount_nanos, 0)`,
    ),
    check(
      'a debit takes from a meter of its kind',
      sql`select d.id as subject, d.amount_nanos as found_nanos, null as expected_nanos
        from (${debits}) d left join meters m on m.id = d.meter_id and m.kind = d.kind
        where m.id is null and d.amount_nanos <> 0`,
    ),
    check(
      'a budget counts what falls into its period',
      sql`select d.id as subject, d.amount_nanos as found_nanos, null as expected_nanos
        from (${debits}) d join meters m on m.id = d.meter_id
        where m.starts_at is not null and (d.at < m.starts_at or d.at >= m.ends_at)`,
    ),
  ];
}

/** What is set aside: leases and reservations. */
function asideChecks(kind: DatabaseKind, silentSince: number): readonly Check[] {
  return [
    check(
      'the leases of a meter are what it has lent',
      sql`select m.id as subject, m.leased_nanos as found_nanos, coalesce(l.amount_nanos, 0) as expected_nanos
        from meters m left join (select meter_id, sum(amount_nanos) as amount_nanos from leases group by meter_id) l
          on l.meter_id = m.id
        where m.leased_nanos <> coalesce(l.amount_nanos, 0)`,
    ),
    check(
      'no lease outlives its node',
      sql`select l.meter_id as subject, l.amount_nanos as found_nanos, 0 as expected_nanos
        from leases l left join nodes n on n.id = l.node_id
        where l.amount_nanos <> 0 and (n.id is null or n.heartbeat_at < ${silentSince})`,
    ),
    check(
      'no lease is negative',
      sql`select meter_id as subject, amount_nanos as found_nanos, 0 as expected_nanos
        from leases where amount_nanos < 0`,
    ),
    check(
      'the reservations of a meter are what it has set aside',
      sql`select m.id as subject, m.reserved_nanos as found_nanos, coalesce(r.amount_nanos, 0) as expected_nanos
        from meters m left join (${reservedByMeter(kind)}) r on r.meter_id = m.id
        where m.reserved_nanos <> coalesce(r.amount_nanos, 0)`,
    ),
    check(
      'no reservation stands for a request that was charged',
      sql`select r.id as subject, null as found_nanos, c.amount_nanos as expected_nanos
        from reservations r join charges c on c.request_id = r.id where r.state <> 'settled'`,
    ),
    check(
      // Somebody must be there to give it back.
      'no reservation outlives its time',
      sql`select r.id as subject, null as found_nanos, null as expected_nanos from reservations r
        where r.state = 'open' and r.expires_at < ${silentSince}
        and exists (select 1 from nodes n where n.started_at < ${silentSince} and n.heartbeat_at >= ${silentSince})`,
    ),
  ];
}

/** What people are shown. */
function logChecks(): readonly Check[] {
  return [
    check(
      'the log shows what was charged',
      sql`select r.id as subject, r.amount_nanos as found_nanos, c.amount_nanos as expected_nanos
        from request_logs r left join charges c on c.request_id = r.id
        where r.amount_nanos <> coalesce(c.amount_nanos, 0)`,
    ),
    check(
      // Of those whose line was written here, and retention takes the oldest: what is younger than the first must be there.
      'every charge that was logged is in the log',
      sql`select c.request_id as subject, null as found_nanos, c.amount_nanos as expected_nanos
        from charges c left join request_logs r on r.id = c.request_id
        where c.logged = 1 and r.id is null and c.request_id > (select min(id) from request_logs)`,
    ),
    check(
      'the hourly sums are those of the charges',
      sql`select concat('hour ', c.hour) as subject, coalesce(r.amount_nanos, 0) as found_nanos,
          c.amount_nanos as expected_nanos
        from (select created_at - created_at % 3600000 as hour, sum(amount_nanos) as amount_nanos from charges
          group by created_at - created_at % 3600000) c
        left join (select hour, sum(amount_nanos) as amount_nanos from usage_rollups group by hour) r on r.hour = c.hour
        where coalesce(r.amount_nanos, 0) <> c.amount_nanos`,
    ),
    check(
      'the hourly sums show what providers charge',
      sql`select concat('hour ', c.hour) as subject, coalesce(r.cost_nanos, 0) as found_nanos,
          c.cost_nanos as expected_nanos
        from (select created_at - created_at % 3600000 as hour, sum(cost_nanos) as cost_nanos from charges
          group by created_at - created_at % 3600000) c
        left join (select hour, sum(cost_nanos) as cost_nanos from usage_rollups group by hour) r on r.hour = c.hour
        where coalesce(r.cost_nanos, 0) <> c.cost_nanos`,
    ),
  ];
}

/** What was credited to each account (`account`, `amount_nanos`), other than by usage. */
export const creditsByAccount = sql`select e.account, sum(e.amount_nanos) as amount_nanos from journal_entries e
  join journal_transactions t on t.id = e.transaction_id where t.kind <> 'usage' group by e.account`;

/** What open reservations set aside of each meter (`meter_id`, `amount_nanos`). */
export const reservedByMeter = (kind: DatabaseKind): RawBuilder<unknown> =>
  sql`select meter_id, sum(amount_nanos) as amount_nanos from (${debitsOfReservations(kind)}) a group by meter_id`;

/** What debits took from each meter (`meter_id`, `amount_nanos`). */
export const spentByMeter = (kind: DatabaseKind): RawBuilder<unknown> =>
  sql`select meter_id, sum(amount_nanos) as amount_nanos from (${debitsOfCharges(kind)}) a group by meter_id`;
