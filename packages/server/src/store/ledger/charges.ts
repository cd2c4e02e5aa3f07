import type { Db } from '../database.ts';

/** What requests were charged, of those that were. */
export async function chargedFor(db: Db, requestIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  if (requestIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('charges')
    .select(['request_id', 'amount_nanos'])
    .where('request_id', 'in', requestIds)
    .execute();
  return new Map(rows.map((row) => [row.request_id, row.amount_nanos]));
}
