import type { Database } from '../database.ts';

/** Writes down that a node exists, before it may hold leases. */
export async function registerNode({ db }: Database, nodeId: string, at: number): Promise<void> {
  await db.insertInto('nodes').values({ id: nodeId, started_at: at, heartbeat_at: at }).execute();
}

/**
 * Says that the node is alive; returns how many are (those with a sign of life since `aliveSince`, this one included),
 * or undefined when the node is not on the list any more: others have taken it for dead and its leases are gone.
 */
export async function beat(
  { db }: Database,
  nodeId: string,
  at: number,
  aliveSince: number,
): Promise<{ readonly alive: number } | undefined> {
  const updated = await db.updateTable('nodes').set({ heartbeat_at: at }).where('id', '=', nodeId).executeTakeFirst();
  if (updated.numUpdatedRows === 0n) return undefined;
  const { alive } = await db
    .selectFrom('nodes')
    .select((query) => query.fn.countAll<number>().as('alive'))
    .where('heartbeat_at', '>=', aliveSince)
    .executeTakeFirstOrThrow();
  return { alive };
}

/** Nodes that gave no sign of life since `before`. */
export async function silentNodes({ db }: Database, before: number): Promise<readonly string[]> {
  const rows = await db.selectFrom('nodes').select('id').where('heartbeat_at', '<', before).execute();
  return rows.map((row) => row.id);
}
