import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What is taken by one process must be passed over by the others (`for update skip locked`), which older servers cannot. */
const least = {
  // https://mariadb.com/kb/en/select/#skip-locked
  MariaDB: [10, 6],
  // https://dev.mysql.com/doc/refman/8.0/en/innodb-locking-reads.html
  MySQL: [8, 0],
} as const;

/** Refuses to work on a database server that is too old, before anything is written to it. */
export async function refuseOldServer({ kind, db }: Database): Promise<void> {
  if (kind !== 'mysql') return;
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
  const problem = tooOld(rows[0]?.version ?? '');
  if (problem !== undefined) throw new Error(problem);
}

/** Why a server of this version, as MySQL and MariaDB tell theirs, is too old; undefined when it is not. */
export function tooOld(version: string): string | undefined {
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
  // Some of MariaDB's begin with a version of MySQL's, for the sake of old replicas.
  const [, major, minor] = /^(?:5\.5\.5-)?(\d{1,3})\.(\d{1,3})/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const [leastMajor, leastMinor] = least[product];
  const isOld = Number(major) < leastMajor || (Number(major) === leastMajor && Number(minor) < leastMinor);
  return isOld
    ? `The database is ${product} ${major}.${minor}; Tollgate needs MySQL 8.0, MariaDB 10.6, or later.`
    : undefined;
}
