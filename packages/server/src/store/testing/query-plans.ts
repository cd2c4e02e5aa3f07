import type { Compilable } from 'kysely';
import type { Database, DatabaseKind, Db } from '../database.ts';

/**
 * The steps of the query plan that read a whole table, or sort everything that matches to show a page of it. Reading all of a
 * subquery that has a limit of its own is no harm: `derived` are the names of such.
 */
export async function readsEverything(
  database: Database,
  query: Compilable,
  derived: readonly string[] = [],
): Promise<readonly string[]> {
  const paged = query.compile().sql.includes('limit');
  const plan = await explain(database.db, database.kind, query);
  switch (database.kind) {
    case 'sqlite':
      // `SCAN t` walks the table; in the order of the key it ends at the limit, and says so by needing no sort.
      return plan.flatMap((row) => {
        const detail = `${row['detail']}`;
        const beside = plan.filter((other) => other['parent'] === row['parent']).map((other) => `${other['detail']}`);
        const few = (step: string): boolean => derived.some((name) => step === `SCAN ${name}`);
        const walks = /^SCAN \w+( AS \w+)?$/.test(detail) && !few(detail) && !endsEarly(query, plan);
        const sorts = paged && detail.includes('USE TEMP B-TREE FOR ORDER BY') && !beside.some(few);
        return walks || sorts ? [detail] : [];
      });
    case 'postgres':
      return plan.flatMap((row) => {
        const line = `${row['QUERY PLAN']}`;
        // Sorting a page or two found by an index is fine; sorting all that matches is not.
        const sorted = Number(/Sort .*rows=(\d+)/.exec(line)?.[1] ?? 0);
        return line.includes('Seq Scan') || (paged && sorted > 100) ? [line.trim()] : [];
      });
    case 'mysql':
      // An intersection of two indexes is sorted afterwards, but holds only what matches both.
      return plan.flatMap((row) => {
        if (`${row['table']}`.startsWith('<')) return [];
        const whole = row['type'] === 'ALL' || (row['type'] === 'index' && !endsEarly(query, plan));
        return whole || (paged && row['type'] !== 'index_merge' && `${row['Extra']}`.includes('Using filesort'))
          ? [JSON.stringify(row)]
          : [];
      });
  }
}

/** A walk in the order of the key that has no condition beside it ends at its limit. */
function endsEarly(query: Compilable, plan: readonly Record<string, unknown>[]): boolean {
  const { sql: text } = query.compile();
  const sorted = plan.some((row) => /TEMP B-TREE|filesort/.test(JSON.stringify(row)));
  return /order by .*limit/.test(text) && !/where/.test(text) && !sorted;
}

async function explain(db: Db, kind: DatabaseKind, query: Compilable): Promise<readonly Record<string, unknown>[]> {
  const compiled = query.compile();
  const prefix = kind === 'sqlite' ? 'explain query plan ' : 'explain ';
  const { rows } = await db.executeQuery<Record<string, unknown>>({ ...compiled, sql: prefix + compiled.sql });
  return rows;
}
