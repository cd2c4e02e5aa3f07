import { PostgresDialect } from 'kysely';
import type { Dialect } from 'kysely';
import { Pool, types } from 'pg';
import { parseExact } from '../integers.ts';

const int8 = 20;
const numeric = 1700;

/** A pool on PostgreSQL. int8 and whole numerics arrive exact; integers.ts decides what becomes of them. */
export function postgresDialect(url: string, poolSize: number): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5000,
    query_timeout: 60_000,
    keepAlive: true,
    types: { getTypeParser: parserFor },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // So would one that breaks while it is lent out and no query is under way; the next query on it will tell.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}

function parserFor(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === int8 || oid === numeric) return parseExact;
  return types.getTypeParser(oid, format === 'binary' ? 'text' : format) as (value: string) => unknown;
}
