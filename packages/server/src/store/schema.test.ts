import { expect, test } from 'bun:test';
import { sql } from 'kysely';
import { columnTypes } from './column-types.ts';
import type { Database } from './database.ts';
import { authTables } from './schema/accounts.ts';
import { tables } from './tables.ts';
import { column } from './table.ts';
import type { Table } from './table.ts';
import { eachDatabase } from './testing/databases.ts';

type Declared = { readonly [name: string]: Table };

/** What a database says of its columns: table, then column, to type and nullability in its own words. */
type Made = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function inspect({ db, kind }: Database): Promise<Made> {
  const found = new Map<string, Map<string, string>>();
  const note = (table: string, name: string, words: string): void => {
    const columns = found.get(table) ?? new Map<string, string>();
    found.set(table, columns.set(name, words));
  };
  if (kind === 'sqlite') {
    const names = await sql<{ name: string }>`select name from sqlite_master where type = 'table'
      and name not like 'sqlite_%'`.execute(db);
    for (const { name } of names.rows) {
      const info = await sql<{ name: string; type: string; notnull: number; pk: number }>`select * from
        pragma_table_info(${name})`.execute(db);
      for (const one of info.rows) {
        // SQLite lets a primary key be null unless it is told otherwise; nothing of ours writes one.
        const required = one.notnull === 1 || one.pk > 0;
        note(name, one.name, `${one.type.toLowerCase()} ${required ? 'not null' : 'null'}`);
      }
    }
    return found;
  }
  const here = kind === 'postgres' ? sql`current_schema()` : sql`database()`;
  const info = await sql<{ t: string; c: string; type: string; size: number | null; words: string | null; n: string }>`
    select table_name as t, column_name as c, data_type as type, character_maximum_length as size,
      collation_name as words, is_nullable as n
    from information_schema.columns where table_schema = ${here}`.execute(db);
  for (const one of info.rows) {
    const type = [one.type, one.size ?? '', one.words ?? ''].join(' ');
    note(one.t, one.c, `${type} ${one.n === 'YES' ? 'null' : 'not null'}`);
  }
  return found;
}

const scratch = 'declared_columns';

/** The same of declared columns: a table is made of them, because only the database knows how it would say them. */
async function inspectDeclared(database: Database, table: Table): Promise<ReadonlyMap<string, string>> {
  const { db, kind } = database;
  const types = columnTypes(kind);
  let builder = db.schema.createTable(scratch);
  for (const [name, { type, length = 0, nullable }] of Object.entries(table)) {
    const made = type === 'text' ? types.text(length) : types[type === 'numbered' ? 'bigint' : type];
    builder = builder.addColumn(name, made, (definition) => (nullable ? definition : definition.notNull()));
  }
  await builder.execute();
  const made = (await inspect(database)).get(scratch) ?? new Map<string, string>();
  await db.schema.dropTable(scratch).execute();
  return made;
}

/** Where what is declared and what is there differ. Of `partial` tables only the declared columns count. */
async function differences(database: Database, whole: Declared, partial: Declared): Promise<readonly string[]> {
  const made = await inspect(database);
  const found = [...made.keys()]
    .filter((name) => !(name in whole) && !(name in partial))
    .map((name) => `table ${name} is not declared`);
  for (const [name, table] of [...Object.entries(whole), ...Object.entries(partial)]) {
    const columns = made.get(name);
    if (columns === undefined) {
      found.push(`table ${name} is not there`);
      continue;
    }
    const wanted = await inspectDeclared(database, table);
    for (const [one, words] of wanted) {
      const is = columns.get(one);
      if (is !== words) found.push(`${name}.${one} is declared ${words} and is ${is ?? 'not there'}`);
    }
    for (const one of name in whole ? columns.keys() : [])
      if (!wanted.has(one)) found.push(`${name}.${one} is not declared`);
  }
  return found;
}

eachDatabase('declared tables', (open) => {
  test('are the tables that the migrations make', async () => {
    expect(await differences(await open(), tables, authTables)).toEqual([]);
  });

  test('a column, or a table, that is only on one side is found', async () => {
    const database = await open({ changesSchema: true });
    const { db } = database;
    await sql`alter table channels add column planted integer`.execute(db);
    await sql`alter table auth_users add column planted integer`.execute(db);
    await sql`create table planted (id integer)`.execute(db);
    const { changes: _, ...others } = tables;
    const declared = {
      ...others,
      settings: { ...tables.settings, planted: column.moment },
      nodes: { ...tables.nodes, heartbeat_at: { ...column.moment, nullable: true } },
      gone: { id: column.id },
    };
    const found = await differences(database, declared, authTables);
    expect(found.map((line) => line.replace(/ declared .*/, ' declared otherwise')).toSorted()).toEqual([
      'channels.planted is not declared',
      'nodes.heartbeat_at is declared otherwise',
      'settings.planted is declared otherwise',
      'table changes is not declared',
      'table gone is not there',
      'table planted is not declared',
    ]);
  });
});
