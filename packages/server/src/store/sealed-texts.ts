import { sql } from 'kysely';
import type { Db } from './database.ts';
import { tables } from './tables.ts';

type All = typeof tables;

/** Tables whose rows each have a sealed text, but for the credentials, which belong to their channels. */
export type SealedTable = Exclude<
  { [T in keyof All]: 'sealed' extends keyof All[T] ? T : never }[keyof All],
  'channel_credentials'
>;

const isSealed = (table: string): table is SealedTable =>
  table !== 'channel_credentials' && 'sealed' in (tables[table as keyof All] ?? {});

/** All of them, as the tables themselves say. */
export const sealedTables: readonly SealedTable[] = Object.keys(tables).filter(isSealed);

/** What the row is known by: its only row of a user, or its id. */
const idOf = (table: SealedTable): string => ('id' in tables[table] ? 'id' : 'user_id');

/** Sealed texts, whatever they are of. */
export const sealedTextRepository = {
  async all(db: Db, table: SealedTable): Promise<readonly { readonly id: string; readonly sealed: string }[]> {
    const { rows } = await sql<{ id: string; sealed: string }>`
      select ${sql.ref(idOf(table))} as id, sealed from ${sql.table(table)} where sealed is not null`.execute(db);
    return rows;
  },

  async put(db: Db, table: SealedTable, id: string, sealed: string): Promise<void> {
    await sql`update ${sql.table(table)} set sealed = ${sealed} where ${sql.ref(idOf(table))} = ${id}`.execute(db);
  },
};
