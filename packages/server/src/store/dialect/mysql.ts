import { MysqlDialect } from 'kysely';
import type { Dialect } from 'kysely';
import { createPool } from 'mysql2';
import { parseExact } from '../integers.ts';

/**
 * A pool on MySQL or MariaDB. READ COMMITTED, because the default level takes gap locks that make concurrent
 * batch inserts deadlock; every guard in the store is a condition on a row or a unique key, which need no more.
 */
export function mysqlDialect(url: string, poolSize: number): Dialect {
  const pool = createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: poolSize,
    connectTimeout: 5000,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    typeCast: (field, next) => {
      if (field.type === 'LONGLONG' || field.type === 'NEWDECIMAL' || field.type === 'DECIMAL') {
        const text = field.string();
        return text === null ? null : parseExact(text);
      }
      return next();
    },
  });
  pool.on('connection', (connection) => {
    connection.query('set session transaction isolation level read committed');
    connection.query("set session sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'");
  });
  return new MysqlDialect({ pool });
}
