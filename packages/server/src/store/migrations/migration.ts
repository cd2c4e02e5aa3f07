import { sql } from 'kysely';
import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely, RawBuilder } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import type { DatabaseKind } from '../database.ts';
import type { Tables } from '../tables.ts';

/** What a migration works with. */
export type MigrationContext = {
  readonly db: Kysely<Tables>;
  readonly kind: DatabaseKind;
  readonly types: ColumnTypes;
};

/**
 * One step of the schema. SQLite and PostgreSQL undo a step that fails; MySQL commits each statement on its own, so a
 * step must be able to run again over its own half: `createTable(…).ifNotExists()`, {@link createIndex},
 * {@link addColumn}.
 */
export type Migration = {
  /** Unique and ordered, like `0001-ledger`. */
  readonly name: string;
  up(context: MigrationContext): Promise<void>;
};

/** Creates an index unless it is there. MySQL knows no `create index if not exists`. */
export async function createIndex(
  { db, kind }: MigrationContext,
  index: {
    readonly name: string;
    readonly table: string;
    readonly columns: readonly string[];
    readonly unique?: boolean;
  },
): Promise<void> {
  if (kind === 'mysql') {
    const found = await sql`
      select 1 from information_schema.statistics
      where table_schema = database() and table_name = ${index.table} and index_name = ${index.name} limit 1`.execute(
      db,
    );
    if (found.rows.length > 0) return;
  }
  let builder = db.schema
    .createIndex(index.name)
    .on(index.table)
    .columns([...index.columns]);
  if (index.unique === true) builder = builder.unique();
  await (kind === 'mysql' ? builder : builder.ifNotExists()).execute();
}

/** Adds a column unless it is there. Only MariaDB knows `add column if not exists`; the others undo their half. */
export async function addColumn(
  { db, kind }: MigrationContext,
  table: string,
  column: string,
  type: RawBuilder<unknown>,
  define: (definition: ColumnDefinitionBuilder) => ColumnDefinitionBuilder,
): Promise<void> {
  if (kind === 'mysql') {
    const found = await sql`
      select 1 from information_schema.columns
      where table_schema = database() and table_name = ${table} and column_name = ${column} limit 1`.execute(db);
    if (found.rows.length > 0) return;
  }
  await db.schema.alterTable(table).addColumn(column, type, define).execute();
}

/** On SQLite, keeps the rows in the order of the primary key itself, as InnoDB does anyway: one tree less to write. */
export function clustered<T extends string, C extends string>(
  { kind }: MigrationContext,
  table: CreateTableBuilder<T, C>,
): CreateTableBuilder<T, C> {
  return kind === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table;
}
