import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import type { Tables } from './tables.ts';

/** Where the next page begins: after the row with this moment and id, newest first. */
export type PageMark = { readonly at: number; readonly id: string };

/** A page of a keyset-paginated list; `next` is undefined on the last one. */
export type Page<T> = { readonly rows: readonly T[]; readonly next: PageMark | undefined };

/** Which page is asked for: the first, or the one after a row. */
export type PageAsk = { readonly limit: number; readonly after?: PageMark | undefined };

/** Asks for the rows of a page of a table by `created_at`, newest first, and for one more, for {@link cutPage}. */
export function newestFirst<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  table: keyof Tables,
  { limit, after }: PageAsk,
): SelectQueryBuilder<DB, TB, O> {
  const [at, id] = [sql.ref(`${table}.created_at`), sql.ref(`${table}.id`)];
  const page = query
    .orderBy(at, 'desc')
    .orderBy(id, 'desc')
    .limit(limit + 1);
  // Not `(at, id) < (…)`: MySQL would not use an index for it.
  return after === undefined
    ? page
    : page.where(sql<boolean>`(${at} < ${after.at} or (${at} = ${after.at} and ${id} < ${after.id}))`);
}

/** Cuts `limit + 1` rows into a page; the extra row only says that there is more. */
export function cutPage<T extends { readonly id: string; readonly createdAt: number }>(
  rows: readonly T[],
  limit: number,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    next: rows.length > limit && last !== undefined ? { at: last.createdAt, id: last.id } : undefined,
  };
}
