import { sql, type RawBuilder, type SqlBool } from 'kysely';

/**
 * Whether a column reads like a text in which `*` stands for any text, and the wildcards of SQL for themselves. Both are made
 * small, because `like` of SQLite does not tell capitals apart and that of the others does.
 */
export const isLike = (column: string, pattern: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`lower(${sql.ref(column)}) like lower(${pattern.replaceAll(/[!%_]/g, '!$&').replaceAll('*', '%')}) escape '!'`;
