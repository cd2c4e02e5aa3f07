import { sql } from 'kysely';
import { plainCheck, type Check } from './audit-check.ts';

/** What stands on paper is what orders cost and what of it was given back, under numbers without gaps. */
export const invoiceChecks = (): readonly Check[] => [
  plainCheck(
    'an invoice says what its order cost',
    sql`select i.id as subject, i.total_minor as found_nanos, o.price_minor as expected_nanos
      from invoices i left join orders o on o.id = i.order_id
      where i.kind = 'invoice' and (o.id is null or o.price_minor <> i.total_minor or o.currency <> i.currency)`,
  ),
  plainCheck(
    'an order has one invoice',
    sql`select order_id as subject, count(*) as found_nanos, 1 as expected_nanos
      from invoices where kind = 'invoice' group by order_id having count(*) > 1`,
  ),
  plainCheck(
    'credit notes come to what was refunded of their order',
    sql`select i.order_id as subject, coalesce(n.total_minor, 0) as found_nanos, o.refunded_minor as expected_nanos
      from invoices i join orders o on o.id = i.order_id
      left join (select order_id, sum(total_minor) as total_minor from invoices where kind = 'credit_note'
        group by order_id) n on n.order_id = i.order_id
      where i.kind = 'invoice' and coalesce(n.total_minor, 0) <> o.refunded_minor`,
  ),
  plainCheck(
    'numbers of invoices have no gaps',
    sql`select s.series as subject, coalesce(i.found, 0) as found_nanos, s.last_number as expected_nanos
      from invoice_series s
      left join (select series, count(*) as found, max(sequence) as highest from invoices group by series) i
        on i.series = s.series
      where coalesce(i.found, 0) <> s.last_number or coalesce(i.highest, 0) <> s.last_number`,
  ),
];
