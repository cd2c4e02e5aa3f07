import { SQL } from 'bun';
import { describe } from 'bun:test';
import { randomBytes } from 'node:crypto';

export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql';

/** A database of its own on a running server. `url` is undefined for SQLite, which lives in the data directory. */
export type OwnDatabase = {
  readonly kind: DatabaseKind;
  readonly url: string | undefined;
  drop(): Promise<void>;
};

/** Where the servers for tests are; a missing address skips what needs it, visibly. */
const servers: Readonly<Record<DatabaseKind, string | undefined>> = {
  sqlite: 'sqlite:',
  postgres: process.env['TOLLGATE_TEST_POSTGRES_URL'],
  mysql: process.env['TOLLGATE_TEST_MYSQL_URL'],
};

/** Runs a suite once for each of the kinds that there is a server for. */
export function eachDatabase(
  title: string,
  kinds: readonly DatabaseKind[],
  suite: (create: () => Promise<OwnDatabase>, kind: DatabaseKind) => void,
): void {
  for (const kind of kinds) {
    const missing = servers[kind] === undefined;
    (missing ? describe.skip : describe)(`${title} on ${kind}${missing ? ' (no server: URL not set)' : ''}`, () => {
      suite(() => createDatabase(kind), kind);
    });
  }
}

/** Creates an empty database with a random name. */
export async function createDatabase(kind: DatabaseKind): Promise<OwnDatabase> {
  if (kind === 'sqlite') return { kind, url: undefined, drop: () => Promise.resolve() };
  const server = servers[kind];
  if (server === undefined) throw new Error(`no test server for ${kind}`);
  const name = `tollgate_e2e_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await onServer(
    server,
    kind === 'mysql' ? `create database ${name} character set utf8mb4 collate utf8mb4_bin` : `create database ${name}`,
  );
  return {
    kind,
    url: url.toString(),
    drop: () => onServer(server, kind === 'mysql' ? `drop database ${name}` : `drop database ${name} with (force)`),
  };
}

async function onServer(server: string, statement: string): Promise<void> {
  const sql = new SQL({ url: server, max: 1 });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.close();
  }
}
