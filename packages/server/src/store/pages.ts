/** Rows of one page: reading as many takes SQLite, which runs in the process itself, about a millisecond. */
const pageRows = 50;

/**
 * Reads a whole table page by page in the order of a unique column, and lets the event loop turn between two pages:
 * thousands of rows at once would stop every stream.
 *
 * @param limit rows of a page; fewer where a row is a large one
 */
export async function* inPages<R>(
  read: (after: R | undefined, limit: number) => Promise<readonly R[]>,
  limit = pageRows,
): AsyncGenerator<readonly R[]> {
  let last: R | undefined;
  for (;;) {
    const rows = await read(last, limit);
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    last = rows.at(-1);
    await nextTurn();
  }
}

/** The same for rows that are named: at most a page of them in one statement. */
export async function* inChunks<K, R>(
  keys: Iterable<K>,
  read: (keys: readonly K[]) => Promise<readonly R[]>,
  limit = pageRows,
): AsyncGenerator<readonly R[]> {
  const all = [...keys];
  for (let start = 0; start < all.length; start += limit) {
    if (start > 0) await nextTurn();
    yield await read(all.slice(start, start + limit));
  }
}

/** All of them in one list. */
export async function allOf<R>(pages: AsyncIterable<readonly R[]>): Promise<readonly R[]> {
  const all: R[] = [];
  for await (const rows of pages) all.push(...rows);
  return all;
}

/** The next turn of the event loop: what has arrived on sockets meanwhile is seen to first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
