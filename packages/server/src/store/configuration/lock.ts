import type { Db } from '../database.ts';

/**
 * Lets one transaction at a time edit the configuration, so that each reads what the one before it wrote; without it
 * two patches of one channel would each put back the other's old fields. Held until the transaction ends. An update of
 * the row that always exists locks on PostgreSQL and MySQL, and SQLite has one writer anyhow.
 */
export async function lockConfiguration(db: Db): Promise<void> {
  await db
    .updateTable('routing_groups')
    .set((expression) => ({ updated_at: expression.ref('updated_at') }))
    .where('name', '=', 'default')
    .execute();
}
