/** Where the next page begins: after the row with this moment and id, newest first. */
export type PageMark = { readonly at: number; readonly id: string };

/** A page of a keyset-paginated list; `next` is undefined on the last one. */
export type Page<T> = { readonly rows: readonly T[]; readonly next: PageMark | undefined };

/** Cuts `limit + 1` rows into a page; the extra row only says that there is more. */
export function cutPage<T>(rows: readonly T[], limit: number, mark: (row: T) => PageMark): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? mark(last) : undefined };
}
