import { afterAll, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { openDatabase, type Database } from '../database.ts';
import { migrate } from '../migrations/index.ts';
import { dropForgotten, eachDatabase, onServer } from './databases.ts';

/** Tables, columns and indexes, and the names of what the migrations wrote. */
async function described({ db, kind }: Database): Promise<unknown> {
  const groups = await db.selectFrom('routing_groups').select(['name', 'multiplier_millionths']).execute();
  const { rows: steps } = await sql`select name from tollgate_migrations order by name`.execute(db);
  const queries = {
    sqlite: ['select type, name, tbl_name, sql from sqlite_master order by type, name'],
    postgres: [
      `select table_name, column_name, data_type, column_default, is_nullable, collation_name
        from information_schema.columns where table_schema = current_schema() order by 1, 2`,
      `select tablename, indexname, replace(indexdef, current_schema(), '') from pg_indexes
        where schemaname = current_schema() order by 1, 2`,
    ],
    mysql: [
      `select table_name, column_name, column_type, column_default, is_nullable, collation_name, extra
        from information_schema.columns where table_schema = database() order by 1, 2`,
      `select table_name, index_name, non_unique, seq_in_index, column_name from information_schema.statistics
        where table_schema = database() order by 1, 2, 4`,
    ],
  }[kind];
  const schema: unknown[] = [];
  for (const query of queries) schema.push((await sql.raw(query).execute(db)).rows);
  return { groups, steps, schema };
}

/** Writes a change, and returns its number in the feed. */
async function writeChange({ db }: Database): Promise<unknown> {
  await db.insertInto('changes').values({ topic: 'groups', ref: 'default', at: 1 }).execute();
  return (await db.selectFrom('changes').selectAll().execute()).map(({ seq }) => seq);
}

eachDatabase('a database for tests', (open, kind) => {
  const urls = new Set<string>();
  let neighbour: { readonly url: string; readonly database: Database } | undefined;
  afterAll(async () => {
    await neighbour?.database.close();
  });

  test('is as the migrations make it, whether it went through them or was copied', async () => {
    const migrated = await open({ migrate: false });
    await migrate(migrated);
    const wanted = await described(migrated);
    const copies = [await open(), await open()];
    for (const copy of copies) {
      expect(await described(copy)).toEqual(wanted);
      expect(await writeChange(copy)).toEqual([1]);
      await copy.db.deleteFrom('routing_groups').execute();
      urls.add(copy.url);
    }
  });

  test('on a server is that of an earlier test, like a new one', async () => {
    const databases = [await open(), await open()];
    expect(new Set(databases.map(({ url }) => url)).size).toBe(2);
    for (const database of databases) {
      expect(urls.has(database.url)).toBe(kind !== 'sqlite');
      expect(await database.db.selectFrom('changes').selectAll().execute()).toEqual([]);
      expect(await writeChange(database)).toEqual([1]);
      expect(await database.db.selectFrom('routing_groups').select('name').execute()).toEqual([{ name: 'default' }]);
    }
    const { url } = databases[0] ?? raise();
    neighbour = { url, database: await openDatabase(url) };
    await neighbour.database.db.selectFrom('changes').selectAll().execute();
  });

  test('but not while somebody else is connected to it, nor once its schema was changed', async () => {
    const first = await open({ changesSchema: true });
    const second = await open();
    urls.add(first.url).add(second.url);
    expect([first.url, second.url]).not.toContain(neighbour?.url ?? '');
    expect(urls.size).toBe(kind === 'sqlite' ? 4 : 3);
    neighbour = { ...(neighbour ?? raise()), url: first.url };
  });

  test('which is known in the test after', async () => {
    const opened = [await open(), await open()].map(({ url }) => url);
    expect(opened).not.toContain(neighbour?.url ?? '');
  });
});

eachDatabase('databases that a run has left behind', (_, kind) => {
  if (kind === 'sqlite') return;
  test('are dropped after some hours, and no others', async () => {
    const hoursAgo = Math.floor(Date.now() / 60_000) - 200;
    const names = [`tollgate_test_${hoursAgo}_${process.pid}`, `tollgate_test_${hoursAgo + 190}_${process.pid}`];
    const word = kind === 'postgres' ? 'schema' : 'database';
    for (const name of names) await onServer(kind, `create ${word} ${name}`);
    await dropForgotten(kind);
    const { rows } = await onServer<{ name: string }>(
      kind,
      `select schema_name as name from information_schema.schemata where schema_name in ('${names.join("', '")}')`,
    );
    await onServer(kind, `drop ${word} ${names[1]}`);
    expect(rows).toEqual([{ name: names[1] ?? '' }]);
  });
});

function raise(): never {
  throw new Error('nothing was opened');
}
