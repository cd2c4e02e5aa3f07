import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { DatabaseKind } from '../database.ts';

/**
 * Debits as rows of SQL (`id`, `transaction_id`, `at`, `meter_id`, `kind`, `amount_nanos`), from the JSON that stands with
 * each charge. A charge from before debits were written down has none; it was paid by the user's wallet and counted
 * against the key, and this is where that is known.
 */
export function debitsOfCharges(kind: DatabaseKind): RawBuilder<unknown> {
  const before = joined(kind, [
    sql.lit('[["wallet:'),
    sql.ref('c.user_id'),
    sql.lit('","account","'),
    sql.ref('c.amount_nanos'),
    sql.lit('"],["key:'),
    sql.ref('c.key_id'),
    sql.lit('","limit","'),
    sql.ref('c.amount_nanos'),
    sql.lit('"]]'),
  ]);
  return sql`select c.request_id as id, c.transaction_id, c.created_at as at, ${debitColumns(kind)}
    from charges c ${each(kind, sql`coalesce(c.debits, ${before})`)}`;
}

/** What reservations set aside, as rows (`id`, `meter_id`, `kind`, `amount_nanos`): those that count against what is available. */
export function debitsOfReservations(kind: DatabaseKind): RawBuilder<unknown> {
  return sql`select r.id, ${debitColumns(kind)} from reservations r ${each(kind, sql`r.debits`)} where r.state = 'open'`;
}

function joined(kind: DatabaseKind, parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return kind === 'mysql' ? sql`concat(${sql.join(parts)})` : sql`(${sql.join(parts, sql` || `)})`;
}

function each(kind: DatabaseKind, json: RawBuilder<unknown>): RawBuilder<unknown> {
  switch (kind) {
    case 'sqlite':
      return sql`cross join json_each(${json}) d`;
    case 'postgres':
      return sql`cross join lateral jsonb_array_elements(${json}::jsonb) d`;
    case 'mysql':
      return sql`cross join json_table(${json}, '$[*]' columns (
        meter_id varchar(80) path '$[0]', kind varchar(10) path '$[1]', amount_nanos bigint path '$[2]')) d`;
  }
}

function debitColumns(kind: DatabaseKind): RawBuilder<unknown> {
  switch (kind) {
    case 'sqlite':
      return sql`d.value ->> 0 as meter_id, d.value ->> 1 as kind, cast(d.value ->> 2 as integer) as amount_nanos`;
    case 'postgres':
      return sql`d.value ->> 0 as meter_id, d.value ->> 1 as kind, (d.value ->> 2)::bigint as amount_nanos`;
    case 'mysql':
      return sql`d.meter_id, d.kind, d.amount_nanos`;
  }
}
