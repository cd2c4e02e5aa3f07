import { sql } from 'kysely';
import type { Database } from './database.ts';

const nowOf = {
  sqlite: sql<string>`cast((julianday('now') - 2440587.5) * 86400000 as text)`,
  postgres: sql<string>`cast(extract(epoch from clock_timestamp()) * 1000 as text)`,
  mysql: sql<string>`cast(unix_timestamp(now(3)) * 1000 as char)`,
} as const;

/** What the database takes for now, in ms since the epoch. */
export async function databaseNow({ db, kind }: Pick<Database, 'db' | 'kind'>): Promise<number> {
  const { rows } = await sql<{ readonly at: string }>`select ${nowOf[kind]} as at`.execute(db);
  return Math.round(Number(rows[0]?.at));
}
