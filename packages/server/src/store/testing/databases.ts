import { afterAll, describe, setDefaultTimeout } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../database.ts';
import type { Database, DatabaseKind } from '../database.ts';
import { migrate } from '../migrations/index.ts';

/** A fresh database with the address under which another connection or process reaches it. */
export type TestDatabase = Database & { readonly url: string };

/**
 * Opens a new, empty database of the suite's kind, migrated unless told otherwise. All of them are closed and dropped
 * after the suite; closing one earlier is allowed.
 */
export type OpenFresh = (options?: { readonly migrate?: boolean }) => Promise<TestDatabase>;

/** Where the servers for tests are; a missing address skips that database's suites, visibly. */
const servers: Record<'postgres' | 'mysql', string | undefined> = {
  // Tests are their own program: this is their one door to the environment, as main.ts is the server's.
  postgres: process.env['TOLLGATE_TEST_POSTGRES_URL'],
  mysql: process.env['TOLLGATE_TEST_MYSQL_URL'],
};

/**
 * Runs one suite on SQLite, PostgreSQL and MySQL/MariaDB: `eachDatabase('request log', (open, kind) => { test(…) })`.
 */
export function eachDatabase(title: string, suite: (open: OpenFresh, kind: DatabaseKind) => void): void {
  onDatabases(['sqlite', 'postgres', 'mysql'], title, suite);
}

/** For what does not depend on the database: the one that costs least. */
export function onSqlite(title: string, suite: (open: OpenFresh, kind: DatabaseKind) => void): void {
  onDatabases(['sqlite'], title, suite);
}

function onDatabases(
  kinds: readonly DatabaseKind[],
  title: string,
  suite: (open: OpenFresh, kind: DatabaseKind) => void,
): void {
  // Servers shared with other suites answer when they can; a hang still ends.
  setDefaultTimeout(60_000);
  for (const kind of kinds) {
    const missing = kind !== 'sqlite' && servers[kind] === undefined;
    (missing ? describe.skip : describe)(`${title} on ${kind}${missing ? ' (no server: URL not set)' : ''}`, () => {
      const cleanups: (() => Promise<void>)[] = [];
      afterAll(async () => {
        for (const cleanup of cleanups.reverse()) await cleanup();
      });
      suite(async (options = {}) => {
        const { url, drop } = await create(kind);
        const database = await openDatabase(url, { poolSize: 4 });
        let open = true;
        const close = async (): Promise<void> => {
          if (!open) return;
          open = false;
          await database.close();
        };
        cleanups.push(async () => {
          await close();
          await drop();
        });
        if (options.migrate !== false) await migrate(database);
        return { ...database, url, close };
      }, kind);
    });
  }
}

async function create(kind: DatabaseKind): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `tollgate_test_${randomBytes(6).toString('hex')}`;
  switch (kind) {
    case 'sqlite': {
      const folder = mkdtempSync(join(tmpdir(), 'tollgate-test-'));
      return {
        url: `sqlite:${join(folder, 'test.db')}`,
        drop: () => {
          rmSync(folder, { recursive: true, force: true });
          return Promise.resolve();
        },
      };
    }
    case 'postgres': {
      // A schema instead of a database: creating one takes a millisecond instead of a hundred.
      const url = new URL(server('postgres'));
      url.searchParams.set('options', `-c search_path=${name}`);
      await onServer('postgres', `create schema ${name}`);
      return { url: url.toString(), drop: () => onServer('postgres', `drop schema ${name} cascade`) };
    }
    case 'mysql': {
      const url = new URL(server('mysql'));
      url.pathname = `/${name}`;
      await onServer('mysql', `create database ${name} character set utf8mb4 collate utf8mb4_bin`);
      return { url: url.toString(), drop: () => onServer('mysql', `drop database ${name}`) };
    }
  }
}

function server(kind: 'postgres' | 'mysql'): string {
  const url = servers[kind];
  if (url === undefined) throw new Error(`no test server for ${kind}`);
  return url;
}

async function onServer(kind: 'postgres' | 'mysql', statement: string): Promise<void> {
  const admin = await openDatabase(server(kind), { poolSize: 1 });
  try {
    await sql.raw(statement).execute(admin.db);
  } finally {
    await admin.close();
  }
}
