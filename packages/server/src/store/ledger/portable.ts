import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { DatabaseKind } from '../database.ts';

/** The tail of an insert that adds the new values of `sums` to those of the row that is already there. */
export function onConflictAdd(
  kind: DatabaseKind,
  table: string,
  key: readonly string[],
  sums: readonly string[],
): RawBuilder<unknown> {
  if (kind === 'mysql') {
    return sql`on duplicate key update ${sql.join(sums.map((name) => sql`${sql.ref(name)} = ${sql.ref(name)} + values(${sql.ref(name)})`))}`;
  }
  const added = sums.map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
  );
  return sql`on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(added)}`;
}

/** Values for `in (…)`. */
export const sqlList = (values: readonly string[]): RawBuilder<unknown> =>
  sql.join(values.map((value) => sql`${value}`));

/** Names of columns, for `insert into t (…)`. */
export const sqlNames = (names: readonly string[]): RawBuilder<unknown> => sql.join(names.map((name) => sql.ref(name)));
