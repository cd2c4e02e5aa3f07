import { sql } from 'kysely';
import { openDatabase, type Database, type DatabaseKind, type Db } from '../database.ts';
import { migrate } from '../migrations/index.ts';

type Row = Readonly<Record<string, unknown>>;

/** A database as the migrations leave it. */
type Made = {
  /** What makes its tables and indexes; undefined where the database does not say it as statements (PostgreSQL). */
  readonly statements: readonly string[] | undefined;
  readonly tables: readonly string[];
  /** The rows that the migrations write, by table. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
};

/** By kind, since the first migration of this process. Bun evaluates a module once for all files of a run. */
const made = new Map<DatabaseKind, Made>();

/** A migrated database in memory, for what does not depend on the database. Who asked for it closes it. */
export async function openInMemory(): Promise<Database> {
  const database = await openDatabase('sqlite::memory:');
  await migrateForTest(database);
  return database;
}

/**
 * Brings an empty database to the newest schema. The first of its kind runs the migrations, which takes MariaDB a second;
 * the others get what it became, where that is cheaper.
 */
export async function migrateForTest(database: Database): Promise<void> {
  const { statements, rows } = made.get(database.kind) ?? {};
  if (statements === undefined) {
    await migrate(database);
    if (rows === undefined) made.set(database.kind, await contentsOf(database));
    return;
  }
  if (database.sqlite !== undefined) await database.sqlite.exclusive((sqlite) => sqlite.run(statements.join(';\n')));
  else
    await database.db.connection().execute(async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    });
  await writeRows(database.db, rows ?? new Map());
}

/**
 * Takes a database on a server back to what `migrateForTest` made it, and says whether that was possible: not while
 * anybody else is connected to it, such as a process that a test left behind.
 */
export async function emptyForTest(database: Database): Promise<boolean> {
  const contents = made.get(database.kind);
  if (contents === undefined) throw new Error('no database of this kind has been migrated');
  return await database.db.connection().execute(async (db) => {
    if (!(await isAlone(db, database.kind))) return false;
    const filled = await filledOf(db, contents.tables);
    if (database.kind === 'postgres' && filled.length > 0)
      await sql`truncate ${sql.join(filled.map((table) => sql.table(table)))} restart identity`.execute(db);
    if (database.kind === 'mysql')
      for (const table of filled) await sql`truncate table ${sql.table(table)}`.execute(db);
    await writeRows(db, contents.rows);
    return true;
  });
}

async function contentsOf({ db, kind }: Database): Promise<Made> {
  const { tables, statements } = await schemaOf(db, kind);
  const rows = new Map<string, readonly Row[]>();
  for (const table of await filledOf(db, tables))
    rows.set(table, (await sql<Row>`select * from ${sql.table(table)}`.execute(db)).rows);
  return { tables, statements, rows };
}

async function schemaOf(db: Db, kind: DatabaseKind): Promise<Pick<Made, 'tables' | 'statements'>> {
  if (kind === 'sqlite') {
    const { rows } = await sql<{ type: string; name: string; sql: string }>`
      select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'`.execute(db);
    const tables = rows.filter(({ type }) => type === 'table').map(({ name }) => name);
    return { tables, statements: rows.map((row) => row.sql) };
  }
  const ours = kind === 'mysql' ? sql`database()` : sql`current_schema()`;
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = ${ours}`.execute(db);
  const tables = rows.map(({ name }) => name);
  if (kind === 'postgres') return { tables, statements: undefined };
  const statements: string[] = [];
  for (const table of tables) {
    const { rows: shown } = await sql<Record<string, string>>`show create table ${sql.table(table)}`.execute(db);
    statements.push(shown[0]?.['Create Table'] ?? '');
  }
  return { tables, statements };
}

/** Those of the tables that have rows. */
async function filledOf(db: Db, tables: readonly string[]): Promise<readonly string[]> {
  const columns = tables.map((table) => sql`exists (select 1 from ${sql.table(table)}) as ${sql.ref(table)}`);
  const { rows } = await sql<Row>`select ${sql.join(columns)}`.execute(db);
  return tables.filter((table) => Boolean(rows[0]?.[table]));
}

async function writeRows(db: Db, all: Made['rows']): Promise<void> {
  for (const [table, rows] of all) {
    const columns = Object.keys(rows[0] ?? {}).map((name) => sql.ref(name));
    const values = rows.map((row) => sql`(${sql.join(Object.values(row))})`);
    await sql`insert into ${sql.table(table)} (${sql.join(columns)}) values ${sql.join(values)}`.execute(db);
  }
}

/** Whether nobody else is connected; who has just left is waited for. On PostgreSQL tests are told apart by application. */
async function isAlone(db: Db, kind: DatabaseKind): Promise<boolean> {
  const others =
    kind === 'mysql'
      ? sql<Row>`select id from information_schema.processlist where db = database() and id <> connection_id()`
      : sql<Row>`select pid from pg_stat_activity
          where application_name = current_setting('application_name') and pid <> pg_backend_pid()`;
  for (let tries = 0; tries < 50; tries++) {
    if ((await others.execute(db)).rows.length === 0) return true;
    await Bun.sleep(10);
  }
  return false;
}
