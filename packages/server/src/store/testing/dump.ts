import { readFileSync } from 'node:fs';
import type { TestDatabase } from './databases.ts';

/** Every cell of every table, and on SQLite the bytes of the files too. */
export async function dump(database: TestDatabase): Promise<string> {
  const cells: unknown[] = [];
  for (const table of await database.db.introspection.getTables()) {
    // PostgreSQL lists the schemas of other suites too.
    if (!database.url.includes(table.schema ?? '')) continue;
    // The name comes from the database itself; the typed builder only knows names of its own.
    const rows = await database.db
      .selectFrom(table.name as 'channels')
      .selectAll()
      .execute();
    cells.push(table.name, rows);
  }
  const text = JSON.stringify(cells, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  if (database.kind !== 'sqlite') return text;
  const file = database.url.slice('sqlite:'.length);
  return [text, readFileSync(file, 'latin1'), readFileSync(`${file}-wal`, 'latin1')].join('\n');
}
