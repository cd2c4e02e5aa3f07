import { Database as Sqlite } from 'bun:sqlite';
import type { SQLQueryBindings, Statement } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { SelectQueryNode, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { nextTurn } from '../pages.ts';
import { openCheckpoints } from './sqlite-checkpoints.ts';

/**
 * A small Kysely dialect on bun:sqlite. One connection, handed out to one user at a time; bun:sqlite is synchronous,
 * so more connections in one process would only wait for each other. Other processes may use the same file (WAL):
 * a busy file is waited for without blocking the event loop.
 */
export type SqliteHandle = {
  readonly dialect: Dialect;
  /**
   * Runs synchronous work inside one BEGIN IMMEDIATE … COMMIT on the bare connection: the cheapest path there is,
   * for the poster. A throw rolls back. Waits its turn behind Kysely's queries.
   */
  exclusive<T>(work: (sqlite: Sqlite) => T): Promise<T>;
  close(): Promise<void>;
};

const busyWaitMs = 10_000;

/** Statements of one turn of the event loop take no longer than this, and what is done between them: the next one waits for the next turn. */
const sliceMs = 1;

/** True for the errors of a file that another process has locked. */
export function isSqliteBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^SQLITE_(BUSY|LOCKED)/.test(error.code)
  );
}

/** Opens the file (`:memory:` too), creating its folder. WAL, synchronous NORMAL, foreign keys on. */
export async function openSqlite(path: string): Promise<SqliteHandle> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const sqlite = new Sqlite(path, { create: true, readwrite: true, safeIntegers: true });
  // Short on purpose: the busy handler sleeps inside the process and would stop every stream; waiting is done in `patiently`.
  sqlite.run('pragma busy_timeout = 5');
  await patiently(() => sqlite.run('pragma journal_mode = wal'));
  sqlite.run('pragma synchronous = normal');
  sqlite.run('pragma foreign_keys = on');
  sqlite.run('pragma temp_store = memory');
  // 8 MB: pages beyond it come from the operating system's cache, and a gateway should stay small.
  sqlite.run('pragma cache_size = -8192');
  const checkpoints = openCheckpoints(path, () => sqlite.run('pragma wal_autocheckpoint = 1000'));
  // Only for a log that grows faster than the thread beside can move it.
  sqlite.run('pragma wal_autocheckpoint = 16000');
  const turns = queueOfTurns();
  const statements = statementCache(sqlite);
  const slice = slicesOfTurns();
  const connection = sqliteConnection(sqlite, statements, slice);
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await checkpoints.close();
    statements.clear();
    sqlite.close();
  };
  const driver: Driver = {
    init: () => Promise.resolve(),
    acquireConnection: async () => {
      await turns.take();
      return connection;
    },
    beginTransaction: async (_connection, settings) => {
      await patiently(() => sqlite.run(settings.accessMode === 'read only' ? 'begin' : 'begin immediate'));
    },
    commitTransaction: async () => {
      await slice();
      await patiently(() => sqlite.run('commit'));
      checkpoints.committed();
    },
    rollbackTransaction: () => {
      if (sqlite.inTransaction) sqlite.run('rollback');
      return Promise.resolve();
    },
    releaseConnection: () => {
      turns.give();
      return Promise.resolve();
    },
    destroy: close,
  };
  return {
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    exclusive: async (work) => {
      await turns.take();
      try {
        await patiently(() => sqlite.run('begin immediate'));
        try {
          const result = work(sqlite);
          sqlite.run('commit');
          checkpoints.committed();
          return result;
        } catch (error) {
          if (sqlite.inTransaction) sqlite.run('rollback');
          throw error;
        }
      } finally {
        turns.give();
      }
    },
    close,
  };
}

function sqliteConnection(
  sqlite: Sqlite,
  statements: ReturnType<typeof statementCache>,
  slice: ReturnType<typeof slicesOfTurns>,
): DatabaseConnection {
  return {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const statement = statements.get(query.sql);
      const bindings = query.parameters.map(toBinding);
      const attempt = (): QueryResult<R> => {
        if (statement.columnNames.length > 0) {
          // The shape of a row is what the caller's query says; Kysely's own drivers make the same claim.
          return { rows: statement.all(...bindings) as R[] };
        }
        const { changes, lastInsertRowid } = statement.run(...bindings);
        return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
      };
      await slice();
      return sqlite.inTransaction ? attempt() : await patiently(attempt);
    },
    streamQuery: async function* <R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      if (!SelectQueryNode.is(query.query)) throw new Error('only selects can be streamed');
      const statement = sqlite.prepare<R, SQLQueryBindings[]>(query.sql);
      for (const row of statement.iterate(...query.parameters.map(toBinding))) yield { rows: [row] };
    },
  };
}

/** better-auth hands booleans and dates to the driver; SQLite has neither. */
function toBinding(value: unknown): SQLQueryBindings {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  if (value === undefined || value === null) return null;
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array
  )
    return value;
  throw new TypeError(`SQLite cannot bind a ${typeof value}`);
}

/** Compiled statements by their text, the least recently used dropped: multi-row inserts make many texts. */
function statementCache(sqlite: Sqlite, capacity = 400) {
  const cache = new Map<string, Statement<unknown, SQLQueryBindings[]>>();
  return {
    get: (text: string): Statement<unknown, SQLQueryBindings[]> => {
      let statement = cache.get(text);
      if (statement === undefined) {
        statement = sqlite.prepare<unknown, SQLQueryBindings[]>(text);
        if (cache.size >= capacity) {
          for (const [oldest, old] of cache) {
            cache.delete(oldest);
            old.finalize();
            break;
          }
        }
      } else {
        cache.delete(text);
      }
      cache.set(text, statement);
      return statement;
    },
    clear: (): void => {
      for (const statement of cache.values()) statement.finalize();
      cache.clear();
    },
  };
}

/** Repeats while the file is busy, sleeping between attempts without blocking the process. */
async function patiently<T>(attempt: () => T): Promise<T> {
  let waited = 0;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isSqliteBusy(error) || waited >= busyWaitMs) throw error;
      const pause = 1 + Math.random() * 9;
      waited += pause;
      await Bun.sleep(pause);
    }
  }
}

/**
 * To be awaited before a statement. SQLite runs in the process itself, so that an edit of ten statements would stop every stream until
 * its last one: whoever has had a slice of this turn of the event loop goes on in the next.
 */
function slicesOfTurns(): () => Promise<void> | undefined {
  let since: number | undefined;
  const begin = (): void => {
    since = performance.now();
    setImmediate(() => {
      since = undefined;
    });
  };
  return () => {
    if (since === undefined) begin();
    else if (performance.now() - since >= sliceMs) return nextTurn().then(begin);
    return undefined;
  };
}

function queueOfTurns() {
  const waiting: (() => void)[] = [];
  let taken = false;
  return {
    take: (): Promise<void> | undefined => {
      if (!taken) {
        taken = true;
        return undefined;
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    give: (): void => {
      const next = waiting.shift();
      if (next === undefined) taken = false;
      else next();
    },
  };
}
