import { afterAll, afterEach, beforeEach, describe, setDefaultTimeout } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../database.ts';
import type { Database, DatabaseKind } from '../database.ts';
import { emptyForTest, migrateForTest } from './schema-copies.ts';

/** A fresh database with the address under which another connection or process reaches it. */
export type TestDatabase = Database & { readonly url: string };

/**
 * Opens an empty database of the suite's kind, migrated unless told otherwise. What a test opens is its own until the next
 * test opens one: on a server that one may be the same database, emptied. What is opened outside of tests (`beforeAll`)
 * stays. All are closed and dropped after the suite; closing one earlier is allowed.
 */
export type OpenFresh = (options?: OpenOptions) => Promise<TestDatabase>;

type OpenOptions = {
  readonly migrate?: boolean;
  /** The test changes its schema: nobody gets it afterwards. */
  readonly changesSchema?: boolean;
};

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
      suite(openerFor(kind), kind);
    });
  }
}

/** A database that a test, or what goes before all tests (0), has opened. */
type Lent = { readonly database: TestDatabase; readonly test: number; readonly again: boolean };

/** To be called in a suite, before its own hooks. */
function openerFor(kind: DatabaseKind): OpenFresh {
  const drops: (() => Promise<void>)[] = [];
  let lent: readonly Lent[] = [];
  let tests = 0;
  let inTest = false;
  beforeEach(() => {
    tests += 1;
    inTest = true;
  });
  afterEach(() => {
    inTest = false;
  });
  afterAll(async () => {
    await Promise.all(lent.map(({ database }) => database.close()));
    await Promise.all(drops.map((drop) => drop()));
  });

  /** What an earlier test had, emptied. Its pool is closed only now: hooks of the suite may have used it after the test. */
  const takeOver = async (): Promise<TestDatabase | undefined> => {
    const former = lent.find(({ again, test }) => again && test > 0 && test !== tests);
    if (former === undefined) return undefined;
    lent = lent.filter((one) => one !== former);
    await former.database.close();
    const database = await openTest(former.database.url);
    if (await emptyForTest(database)) return database;
    await database.close();
    return await takeOver();
  };

  const openNew = async (migrated: boolean): Promise<TestDatabase> => {
    const { url, drop } = await create(kind);
    drops.push(drop);
    const database = await openTest(url);
    if (migrated) await migrateForTest(database);
    return database;
  };

  return async ({ migrate = true, changesSchema = false } = {}) => {
    const test = inTest ? tests : 0;
    const database =
      (migrate && kind !== 'sqlite' && inTest ? await takeOver() : undefined) ?? (await openNew(migrate));
    lent = [...lent, { database, test, again: migrate && !changesSchema && kind !== 'sqlite' }];
    return database;
  };
}

async function openTest(url: string): Promise<TestDatabase> {
  const database = await openDatabase(url, { poolSize: 4 });
  let closed: Promise<void> | undefined;
  return { ...database, url, close: () => (closed ??= database.close()) };
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
      url.searchParams.set('application_name', name);
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
