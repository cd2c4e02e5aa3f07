import { sql } from 'kysely';
import { check, plainCheck, type Check } from './audit-check.ts';

/** What was sold and redeemed is what was credited. */
export const saleChecks = (): readonly Check[] => [
  check(
    'a redemption was credited, in full and to its account',
    sql`select r.id as subject, e.amount_nanos as found_nanos, r.amount_nanos as expected_nanos
      from redemptions r
      left join journal_transactions t on t.id = r.transaction_id and t.kind = 'redemption'
      left join journal_entries e on e.transaction_id = t.id and e.account = r.account
      where e.amount_nanos is null or e.amount_nanos <> r.amount_nanos`,
  ),
  check(
    'a credit for a code belongs to a redemption',
    sql`select t.id as subject, null as found_nanos, null as expected_nanos
      from journal_transactions t left join redemptions r on r.transaction_id = t.id
      where t.kind = 'redemption' and t.idempotency_key like 'redemption:rc%' and r.id is null`,
  ),
  plainCheck(
    'a code was used as often as it was redeemed',
    sql`select c.id as subject, c.uses as found_nanos, coalesce(r.uses, 0) as expected_nanos
      from codes c left join (select code_id, count(*) as uses from redemptions group by code_id) r on r.code_id = c.id
      where c.uses <> coalesce(r.uses, 0)`,
  ),
  plainCheck(
    'no code was used more often than its batch allows',
    sql`select c.id as subject, c.uses as found_nanos, b.uses_per_code as expected_nanos
      from codes c join code_batches b on b.id = c.batch_id where c.uses > b.uses_per_code`,
  ),
  check(
    'the postings of an order come to what of its credit stands',
    sql`select o.id as subject, coalesce(p.amount_nanos, 0) as found_nanos, o.due_nanos as expected_nanos
      from (select id, case when postings = 0 then 0 else credit_nanos - taken_nanos end as due_nanos from orders) o
      left join (select order_id, sum(amount_nanos) as amount_nanos from order_postings group by order_id) p
        on p.order_id = o.id
      where coalesce(p.amount_nanos, 0) <> o.due_nanos`,
  ),
  check(
    'an order that is credited has postings, and one that is not has none',
    sql`select id as subject, null as found_nanos, credit_nanos as expected_nanos from orders
      where (state in ('credited', 'disputed') and postings = 0)
        or (state in ('created', 'pending', 'paid', 'expired', 'failed') and postings <> 0)`,
  ),
  check(
    'a posting of an order is in the journal, on its account',
    sql`select p.transaction_id as subject, e.amount_nanos as found_nanos, p.amount_nanos as expected_nanos
      from order_postings p
      left join orders o on o.id = p.order_id
      left join journal_entries e on e.transaction_id = p.transaction_id and e.account = o.account
      where e.amount_nanos is null or e.amount_nanos <> p.amount_nanos`,
  ),
  check(
    'a journal transaction for an order is one of its postings',
    sql`select t.id as subject, null as found_nanos, null as expected_nanos
      from journal_transactions t left join order_postings p on p.transaction_id = t.id
      where t.idempotency_key like 'order:ord%' and p.order_id is null`,
  ),
];
