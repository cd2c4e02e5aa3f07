import { sql } from 'kysely';
import { check, plainCheck, type Check } from './audit-check.ts';

/** What was given is what was credited for it. */
export const rewardChecks = (): readonly Check[] => [
  check(
    'credit that expires was given in full, on its account',
    sql`select g.id as subject, e.amount_nanos as found_nanos, g.granted_nanos as expected_nanos
      from given_credits g
      left join journal_entries e on e.transaction_id = g.transaction_id and e.account = g.meter_id
      where e.amount_nanos is null or e.amount_nanos <> g.granted_nanos`,
  ),
  check(
    'credit that is over has nothing left',
    sql`select g.id as subject, m.limit_nanos as found_nanos, m.spent_nanos as expected_nanos
      from given_credits g join meters m on m.id = g.meter_id
      where g.state = 'closed' and m.limit_nanos <> m.spent_nanos`,
  ),
  plainCheck(
    'a promotion was given as often as it says',
    sql`select p.id as subject, count(g.id) as found_nanos, p.given as expected_nanos
      from promotions p left join given_credits g on g.promotion_id = p.id and g.granted_nanos = p.amount_nanos
      group by p.id, p.given having count(g.id) <> p.given`,
  ),
  check(
    'a check-in was credited',
    sql`select c.user_id as subject, e.amount_nanos as found_nanos, c.amount_nanos as expected_nanos
      from check_ins c left join journal_entries e
        on e.transaction_id = c.transaction_id and e.amount_nanos = c.amount_nanos
      where e.amount_nanos is null`,
  ),
  check(
    'whoever invited somebody was rewarded once, as promised',
    sql`select i.id as subject, e.amount_nanos as found_nanos, i.inviter_nanos as expected_nanos
      from invitations i left join journal_entries e
        on e.transaction_id = i.inviter_transaction and e.amount_nanos = i.inviter_nanos
      where i.state = 'rewarded' and i.inviter_nanos <> 0 and e.amount_nanos is null`,
  ),
];
