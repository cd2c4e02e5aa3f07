import { afterAll, afterEach, beforeEach, describe, setDefaultTimeout } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../database.ts';
import type { Database, DatabaseKind } from '../database.ts';
import { emptyForTest, migrateForTest } from './schema-copies.ts';

/** A fresh database with the address under which another connection or process reaches it. */
export type TestDatabase = Database & { readonly url: string };

/**
 * Opens an empty database of the suite's kind, migrated unless told otherwise. What a test opens is its own until the next
 * test opens one: on a server that one may be the same database, emptied. What is opened outside of tests (`beforeAll`)
 * stays. All are closed after the suite, and dropped but for the few that the next suite gets; closing one earlier is allowed.
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

/** Addresses of databases that suites have left for the next one. */
const kept: Record<DatabaseKind, readonly string[]> = { sqlite: [], postgres: [], mysql: [] };
const keptAtMost = 2;

/** To be called in a suite, before its own hooks. */
function openerFor(kind: DatabaseKind): OpenFresh {
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
    const reusable = lent.filter(({ again }) => again).slice(0, keptAtMost - kept[kind].length);
    kept[kind] = [...kept[kind], ...reusable.map(({ database }) => database.url)];
    await Promise.all(lent.map(async (one) => reusable.includes(one) || (await drop(kind, one.database.url))));
  });

  /** What an earlier test had. Its pool is closed only now: hooks of the suite may have used it after the test. */
  const takeLent = async (): Promise<string | undefined> => {
    const former = lent.find(({ again, test }) => again && test > 0 && test !== tests);
    if (former === undefined) return undefined;
    lent = lent.filter((one) => one !== former);
    await former.database.close();
    return former.database.url;
  };

  const takeKept = (): string | undefined => {
    const [first, ...others] = kept[kind];
    kept[kind] = others;
    return first;
  };

  const openEmptied = async (): Promise<TestDatabase | undefined> => {
    for (;;) {
      const url = (inTest ? await takeLent() : undefined) ?? takeKept();
      if (url === undefined) return undefined;
      const database = await openTest(url);
      if (await emptyForTest(database)) return database;
      // Somebody is in it: it is dropped with the others of the suite.
      lent = [...lent, { database, test: 0, again: false }];
    }
  };

  const openNew = async (migrated: boolean): Promise<TestDatabase> => {
    const database = await openTest(await create(kind));
    if (migrated) await migrateForTest(database);
    return database;
  };

  return async ({ migrate = true, changesSchema = false } = {}) => {
    const test = inTest ? tests : 0;
    const database = (migrate ? await openEmptied() : undefined) ?? (await openNew(migrate));
    lent = [...lent, { database, test, again: migrate && !changesSchema && kind !== 'sqlite' }];
    return database;
  };
}

async function openTest(url: string): Promise<TestDatabase> {
  const database = await openDatabase(url, { poolSize: 4 });
  let closed: Promise<void> | undefined;
  return { ...database, url, close: () => (closed ??= database.close()) };
}

/** Creates an empty one; returns its address. */
async function create(kind: DatabaseKind): Promise<string> {
  if (kind === 'sqlite') return `sqlite:${join(mkdtempSync(join(tmpdir(), 'tollgate-test-')), 'test.db')}`;
  if (!swept.has(kind)) {
    swept.add(kind);
    await dropForgotten(kind);
  }
  const name = `tollgate_test_${minutesNow()}_${randomBytes(6).toString('hex')}`;
  const url = new URL(server(kind));
  if (kind === 'postgres') {
    // A schema instead of a database: creating one takes a millisecond instead of a hundred.
    url.searchParams.set('options', `-c search_path=${name}`);
    url.searchParams.set('application_name', name);
    await onServer(kind, `create schema ${name}`);
  } else {
    url.pathname = `/${name}`;
    await onServer(kind, `create database ${name} character set utf8mb4 collate utf8mb4_bin`);
  }
  return url.toString();
}

async function drop(kind: DatabaseKind, url: string): Promise<void> {
  if (kind === 'sqlite') rmSync(dirname(url.slice('sqlite:'.length)), { recursive: true, force: true });
  else await dropNamed(kind, /tollgate_test_\w+/.exec(url)?.[0] ?? '');
}

async function dropNamed(kind: 'postgres' | 'mysql', name: string): Promise<void> {
  await onServer(
    kind,
    kind === 'postgres' ? `drop schema if exists ${name} cascade` : `drop database if exists ${name}`,
  );
}

const minutesNow = (): number => Math.floor(Date.now() / 60_000);
const forgottenAfterMinutes = 120;
/** Where this process has looked for such. */
const swept = new Set<DatabaseKind>();

/** Drops what runs of hours ago have left: Bun tells nobody when the last test is over. */
export async function dropForgotten(kind: 'postgres' | 'mysql'): Promise<void> {
  const { rows } = await onServer<{ name: string }>(
    kind,
    `select schema_name as name from information_schema.schemata where schema_name like 'tollgate_test_%'`,
  );
  for (const { name } of rows) {
    const made = Number(/^tollgate_test_(\d+)_/.exec(name)?.[1] ?? Infinity);
    // Another process may be at it.
    if (made < minutesNow() - forgottenAfterMinutes) await dropNamed(kind, name).catch(() => undefined);
  }
}

function server(kind: 'postgres' | 'mysql'): string {
  const url = servers[kind];
  if (url === undefined) throw new Error(`no test server for ${kind}`);
  return url;
}

/** Runs a statement on a server, in no database of a test. */
export async function onServer<Row>(
  kind: 'postgres' | 'mysql',
  statement: string,
): Promise<{ readonly rows: readonly Row[] }> {
  const admin = await openDatabase(server(kind), { poolSize: 1 });
  try {
    return await sql.raw<Row>(statement).execute(admin.db);
  } finally {
    await admin.close();
  }
}
