import { Kysely } from 'kysely';
import type { Transaction } from 'kysely';
import { mysqlDialect } from './dialect/mysql.ts';
import { postgresDialect } from './dialect/postgres.ts';
import { isSqliteBusy, openSqlite } from './dialect/sqlite.ts';
import type { SqliteHandle } from './dialect/sqlite.ts';
import { exactIntegers } from './integers.ts';
import type { Tables } from './tables.ts';

export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql';

/** Where a query runs: the database itself, or a transaction of it. Called `db` wherever it is handed around. */
export type Db = Kysely<Tables>;

/** An open main database. */
export type Database = {
  readonly db: Db;
  readonly kind: DatabaseKind;
  /**
   * Runs `work` in one transaction (BEGIN IMMEDIATE on SQLite, READ COMMITTED elsewhere) and again from the start when
   * the database asks for it: serialization failure, deadlock, lock timeout, busy file. `work` may so run several times
   * and must have no effect of its own; it must use only the transaction it is given (SQLite has one connection, and
   * a query on `db` from inside would wait for itself).
   */
  transact<T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Runs `work` against one unchanging view of the whole database, without keeping writers waiting. */
  readSnapshot<T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** The bare connection of SQLite, for the few paths where a query builder is too dear; undefined elsewhere. */
  readonly sqlite: SqliteHandle | undefined;
  close(): Promise<void>;
};

/**
 * Opens the main database. Forms: `sqlite:PATH`, `sqlite::memory:`, `postgres://…`, `mysql://…`, `mariadb://…`.
 * Network databases are connected to lazily, so that a database that is down does not stop the start.
 */
export async function openDatabase(url: string, options: { readonly poolSize?: number } = {}): Promise<Database> {
  const poolSize = options.poolSize ?? 10;
  if (url.startsWith('sqlite:')) {
    const handle = await openSqlite(url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, ''));
    return assemble('sqlite', new Kysely<Tables>({ dialect: handle.dialect, plugins: [exactIntegers] }), handle);
  }
  if (/^postgres(ql)?:\/\//.test(url)) {
    return assemble(
      'postgres',
      new Kysely<Tables>({ dialect: postgresDialect(url, poolSize), plugins: [exactIntegers] }),
      undefined,
    );
  }
  if (/^(mysql|mariadb):\/\//.test(url)) {
    return assemble(
      'mysql',
      new Kysely<Tables>({ dialect: mysqlDialect(url, poolSize), plugins: [exactIntegers] }),
      undefined,
    );
  }
  throw new Error('a database URL starts with sqlite:, postgres://, mysql:// or mariadb://');
}

function assemble(kind: DatabaseKind, db: Db, sqlite: SqliteHandle | undefined): Database {
  return {
    db,
    kind,
    sqlite,
    transact: (work) => retrying(() => db.transaction().execute(work)),
    readSnapshot: (work) => {
      const transaction = db.transaction().setAccessMode('read only');
      return (kind === 'sqlite' ? transaction : transaction.setIsolationLevel('repeatable read')).execute(work);
    },
    close: async () => {
      await db.destroy();
      // Kysely never starts its driver when no query ran, and then does not stop it either.
      await sqlite?.close();
    },
  };
}

const maxAttempts = 12;

/** Repeats a whole transaction while the database says that trying again may help; bounded, with jitter. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count >= maxAttempts || !mayRetry(error)) throw error;
      await Bun.sleep(Math.random() * Math.min(400, 4 * 2 ** count));
    }
  }
}

/** Serialization failure and deadlock (PostgreSQL), deadlock, lock timeout and stale snapshot (MySQL, MariaDB), busy (SQLite). */
function mayRetry(error: unknown): boolean {
  if (isSqliteBusy(error)) return true;
  if (!(error instanceof Error)) return false;
  if ('errno' in error && (error.errno === 1213 || error.errno === 1205 || error.errno === 1020)) return true;
  return 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** True for the violation of a unique or primary key, whichever database says so. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('errno' in error && error.errno === 1062) return true;
  return (
    'code' in error &&
    (error.code === '23505' ||
      error.code === 'SQLITE_CONSTRAINT_UNIQUE' ||
      error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
  );
}
