import { sql } from 'kysely';
import { check, plainCheck, type Check } from './audit-check.ts';

/** What subscriptions took and gave is what stands in the journal. */
export const subscriptionChecks = (): readonly Check[] => [
  check(
    'a posting of a subscription is in the journal, on its account',
    sql`select p.transaction_id as subject, e.amount_nanos as found_nanos, p.amount_nanos as expected_nanos
      from subscription_postings p
      left join journal_entries e on e.transaction_id = p.transaction_id and e.account = p.account
      where e.amount_nanos is null or e.amount_nanos <> p.amount_nanos`,
  ),
  check(
    'a journal transaction for a subscription is one of its postings',
    sql`select t.id as subject, null as found_nanos, null as expected_nanos
      from journal_transactions t left join subscription_postings p on p.transaction_id = t.id
      where t.idempotency_key like 'subscription:sub%' and p.subscription_id is null`,
  ),
  check(
    'each term of a subscription was paid for once',
    sql`select t.subscription_id as subject, coalesce(-p.amount_nanos, 0) as found_nanos, t.price_nanos as expected_nanos
      from subscription_terms t
      left join (select subscription_id, term_number, sum(amount_nanos) as amount_nanos from subscription_postings
        where amount_nanos < 0 group by subscription_id, term_number) p
        on p.subscription_id = t.subscription_id and p.term_number = t.number
      where coalesce(-p.amount_nanos, 0) <> t.price_nanos`,
  ),
  check(
    'no more of a term was given back than was paid for it',
    sql`select t.subscription_id as subject, p.amount_nanos as found_nanos, t.price_nanos as expected_nanos
      from subscription_terms t
      join (select subscription_id, term_number, sum(amount_nanos) as amount_nanos from subscription_postings
        where amount_nanos > 0 group by subscription_id, term_number) p
        on p.subscription_id = t.subscription_id and p.term_number = t.number
      where p.amount_nanos > t.price_nanos`,
  ),
  plainCheck(
    'a subscription has the terms and postings that it counts',
    sql`select s.id as subject, coalesce(t.terms, 0) + coalesce(p.postings, 0) as found_nanos,
        s.term_number + s.postings as expected_nanos
      from subscriptions s
      left join (select subscription_id, count(*) as terms from subscription_terms group by subscription_id) t
        on t.subscription_id = s.id
      left join (select subscription_id, count(*) as postings from subscription_postings group by subscription_id) p
        on p.subscription_id = s.id
      where coalesce(t.terms, 0) <> s.term_number or coalesce(p.postings, 0) <> s.postings`,
  ),
  check(
    'an allowance was given what it says',
    sql`select a.id as subject, j.amount_nanos as found_nanos, a.granted_nanos as expected_nanos
      from allowances a
      left join (select e.account, sum(e.amount_nanos) as amount_nanos from journal_entries e
        join journal_transactions t on t.id = e.transaction_id
        where t.kind <> 'usage' and e.amount_nanos > 0 group by e.account) j on j.account = a.meter_id
      where a.unit = 'money' and a.granted_nanos <> coalesce(j.amount_nanos, 0)`,
  ),
  check(
    'a closed allowance has nothing left',
    sql`select a.id as subject, m.limit_nanos - m.spent_nanos as found_nanos, 0 as expected_nanos
      from allowances a join meters m on m.id = a.meter_id
      where a.state = 'closed' and m.limit_nanos > m.spent_nanos`,
  ),
];
