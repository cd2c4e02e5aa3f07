import type { Database } from '../database.ts';

/** Writes down that a node exists, before it may hold leases. */
export async function registerNode({ db }: Database, nodeId: string, at: number, version?: string): Promise<void> {
  await db
    .insertInto('nodes')
    .values({ id: nodeId, started_at: at, heartbeat_at: at, version: version ?? null })
    .execute();
}

/** A node, and what it holds of everybody's money. Moments are ms since the epoch. */
export type NodeView = {
  readonly id: string;
  readonly version: string | null;
  readonly startedAt: number;
  readonly seenAt: number;
  readonly leases: number;
  readonly leasedNanos: bigint;
};

/** All nodes that are on the list, the latest first. */
export async function listNodes({ db }: Database): Promise<readonly NodeView[]> {
  const nodes = await db.selectFrom('nodes').selectAll().orderBy('started_at', 'desc').limit(200).execute();
  const held = await db
    .selectFrom('leases')
    .groupBy('node_id')
    .select((is) => [
      'node_id',
      is.fn.countAll<number>().as('leases'),
      is.fn.sum<bigint>('amount_nanos').as('leased_nanos'),
    ])
    .execute();
  const heldBy = new Map(held.map((row) => [row.node_id, row]));
  return nodes.map((row) => ({
    id: row.id,
    version: row.version,
    startedAt: row.started_at,
    seenAt: row.heartbeat_at,
    leases: Number(heldBy.get(row.id)?.leases ?? 0),
    leasedNanos: BigInt(heldBy.get(row.id)?.leased_nanos ?? 0),
  }));
}

/** Whether a node is on the list, and has given a sign of life since a moment (ms since the epoch). */
export async function isAlive({ db }: Database, nodeId: string, since: number): Promise<boolean> {
  const row = await db.selectFrom('nodes').select('heartbeat_at').where('id', '=', nodeId).executeTakeFirst();
  return row !== undefined && row.heartbeat_at >= since;
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
