import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { PolicyMeter } from '../../domain/meters.ts';
import type { Database, DatabaseKind } from '../database.ts';
import { releaseJobsOf } from '../jobs/claims.ts';
import type { Tables } from '../tables.ts';
import { openMeter } from './open-meter.ts';
import { onConflictAdd, sqlList } from './portable.ts';
import type { Fault, LeaseState } from './posting-row.ts';

/** What a node asks of a meter. */
export type LeaseWish = {
  readonly nodeId: string;
  readonly meterId: string;
  /** Less than this is of no use. */
  readonly atLeast: bigint;
  /** What all who wait would need together. */
  readonly wanted: bigint;
  /** Gateways alive, this one included; alone, it gets all there is. */
  readonly alive: number;
  readonly at: number;
  /** Whether to ask other nodes for their idle leases when there is too little. */
  readonly recall: boolean;
  /** How to make the meter if it is not there. */
  readonly opens: PolicyMeter | undefined;
};

/** The answer: what was granted, the node's whole lease now, what is left to anyone, and what other nodes hold. */
export type LeaseGrant = {
  readonly granted: bigint;
  readonly lease: LeaseState;
  readonly available: bigint;
  readonly othersLeased: bigint;
  /** The recalls that stand now; empty when something was granted, or none was wished. */
  readonly recalls: readonly OpenRecall[];
};

/** A node that holds some of a meter, was asked for its idle part, and has not answered. */
export type OpenRecall = {
  readonly nodeId: string;
  /** By the clock of whoever asked: it tells one recall from the next, and is no measure of time. */
  readonly askedAt: number;
  readonly leased: bigint;
};

/** Lease of a key that has no limit (any more): enough that nobody asks again soon. */
const unlimitedGrant = 1_000n * 1_000_000_000n;

/** Takes a lease, or more of it. Sums of leases never exceed what is available: the meter's row is locked meanwhile. */
export function acquireLease(database: Database, wish: LeaseWish, fault: Fault): Promise<LeaseGrant> {
  return database.transact(async (db) => {
    const meter = await meterFor(db, database.kind, wish);
    const lease = await leaseOf(db, wish.nodeId, wish.meterId);
    if (meter === undefined) return { granted: 0n, lease, available: 0n, othersLeased: 0n, recalls: [] };
    const { open: left } = meter;
    const granted = left === undefined ? unlimitedGrant + wish.wanted : grantOf(left, wish);
    const othersLeased = meter.leased - lease.amount;
    if (granted === 0n) {
      const recalls = wish.recall && othersLeased > 0n ? await recallFor(db, database.kind, wish) : [];
      return { granted, lease, available: left ?? 0n, othersLeased, recalls };
    }
    const changed = await changeLease(db, database.kind, wish, lease, granted);
    fault('acquire:before-commit');
    const available = left === undefined ? unlimitedGrant : left - granted;
    return { granted, lease: changed, available, othersLeased, recalls: [] };
  });
}

/** The meter, which the first who needs it makes when it has a policy. */
async function meterFor(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  { meterId, opens }: LeaseWish,
): Promise<LockedMeter | undefined> {
  const meter = await lockMeter(db, kind, meterId);
  if (opens === undefined || meter?.policyId !== undefined) return meter;
  await openMeter(db, kind, opens);
  return await lockMeter(db, kind, meterId);
}

function grantOf(left: bigint, { atLeast, wanted, alive }: LeaseWish): bigint {
  if (left < atLeast || left <= 0n) return 0n;
  if (alive <= 1) return left;
  const share = left / BigInt(2 * alive);
  const fair = share > wanted ? share : wanted;
  return fair < left ? fair : left;
}

/** How a node gives back what it has idle of a lease. */
export type LeaseReturn = {
  readonly nodeId: string;
  readonly meterId: string;
  readonly at: number;
  /**
   * What is idle of the lease as the database has it. Asked once the meter's row is locked, so that the answer is not one from
   * before a queue for that row; and again when the transaction is tried again.
   */
  readonly idle: (lease: LeaseState) => bigint;
};

/** Gives what is idle of the node's lease back, and with it answers a recall. Returns what is left of the lease. */
export function giveBack(database: Database, ask: LeaseReturn, fault: Fault): Promise<LeaseState> {
  return database.transact(async (db) => {
    await lockMeter(db, database.kind, ask.meterId);
    const lease = await leaseOf(db, ask.nodeId, ask.meterId);
    await db
      .deleteFrom('lease_recalls')
      .where('node_id', '=', ask.nodeId)
      .where('meter_id', '=', ask.meterId)
      .execute();
    const idle = ask.idle(lease);
    const amount = idle < lease.amount ? idle : lease.amount;
    if (amount <= 0n) return lease;
    const changed = await changeLease(db, database.kind, ask, lease, -amount);
    fault('give-back:before-commit');
    return changed;
  });
}

/** Meters of which the node was asked to give its idle lease back. */
export async function recallsFor({ db }: Database, nodeId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('lease_recalls').select('meter_id').where('node_id', '=', nodeId).execute();
  return rows.map((row) => row.meter_id);
}

/**
 * Gives back everything a node holds and strikes it off the list. For a node that closes, and for a dead one whose
 * outbox has been posted. When `silentSince` is given, only if the node has shown no life since.
 */
export async function dissolveNode(database: Database, nodeId: string, silentSince?: number): Promise<void> {
  await database.transact(async (db) => {
    // The row of the node goes first: from now on the node, should it live, knows at its next heartbeat.
    let query = db.deleteFrom('nodes').where('id', '=', nodeId);
    if (silentSince !== undefined) query = query.where('heartbeat_at', '<', silentSince);
    const deleted = await query.executeTakeFirst();
    if (silentSince !== undefined && deleted.numDeletedRows === 0n) return;
    const rows = await db.selectFrom('leases').select('meter_id').where('node_id', '=', nodeId).execute();
    const meters = rows.map((row) => row.meter_id).toSorted();
    for (let start = 0; start < meters.length; start += 500) {
      await releaseLeases(db, database.kind, nodeId, meters.slice(start, start + 500));
    }
    await db.deleteFrom('lease_recalls').where('node_id', '=', nodeId).execute();
    await releaseJobsOf(db, nodeId);
  });
}

async function releaseLeases(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  nodeId: string,
  meters: readonly string[],
): Promise<void> {
  if (kind !== 'sqlite')
    await sql`select id from meters where id in (${sqlList(meters)}) order by id for update`.execute(db);
  const leases = await db
    .selectFrom('leases')
    .select(['meter_id', 'amount_nanos'])
    .where('node_id', '=', nodeId)
    .where('meter_id', 'in', meters)
    .execute();
  if (leases.length === 0) return;
  const values = leases
    .toSorted((a, b) => (a.meter_id < b.meter_id ? -1 : 1))
    .map((lease) => sql`(${lease.meter_id}, ${0n}, ${0n}, ${-lease.amount_nanos})`);
  await sql`insert into meters (id, limit_nanos, spent_nanos, leased_nanos) values ${sql.join(values)}
    ${onConflictAdd(kind, 'meters', ['id'], ['leased_nanos'])}`.execute(db);
  await db.deleteFrom('leases').where('node_id', '=', nodeId).where('meter_id', 'in', meters).execute();
}

/**
 * Asks all nodes but `nodeId` (who may be none) for what they have idle of a meter, and says of whom that is asked now. The meter's row is
 * locked.
 */
export async function recallFor(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  { meterId, at, nodeId }: Pick<LeaseWish, 'meterId' | 'at' | 'nodeId'>,
): Promise<readonly OpenRecall[]> {
  await recallFrom(db, kind, meterId, at, nodeId);
  const rows = await db
    .selectFrom('lease_recalls as recall')
    .innerJoin('leases as lease', (join) =>
      join.onRef('lease.node_id', '=', 'recall.node_id').onRef('lease.meter_id', '=', 'recall.meter_id'),
    )
    .select(['recall.node_id', 'recall.asked_at', 'lease.amount_nanos'])
    .where('recall.meter_id', '=', meterId)
    .where('recall.node_id', '<>', nodeId)
    .where('lease.amount_nanos', '>', 0n)
    .execute();
  return rows.map((row) => ({ nodeId: row.node_id, askedAt: row.asked_at, leased: row.amount_nanos }));
}

/** Asks every node (but one) that holds a lease of the meter to give its idle part back. */
export async function recallFrom(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  meterId: string,
  at: number,
  except = '',
): Promise<void> {
  const ignore =
    kind === 'mysql' ? sql`on duplicate key update asked_at = lease_recalls.asked_at` : sql`on conflict do nothing`;
  await sql`insert into lease_recalls (node_id, meter_id, asked_at)
    select node_id, meter_id, cast(${at} as ${sql.raw(kind === 'mysql' ? 'signed' : 'bigint')}) from leases
    where meter_id = ${meterId} and amount_nanos > 0 and node_id <> ${except} ${ignore}`.execute(db);
}

/** A meter whose row is locked. */
export type LockedMeter = {
  /** What neither is spent nor lent nor reserved; undefined without a limit. Below zero when usage draws on a credit line. */
  readonly left: bigint | undefined;
  /** The same with the credit line: what usage may still set aside. Nothing else is paid out of a line. */
  readonly open: bigint | undefined;
  readonly leased: bigint;
  /** Undefined for a meter that nobody's policy has made, or not yet. */
  readonly policyId: string | undefined;
};

export async function lockMeter(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  meterId: string,
): Promise<LockedMeter | undefined> {
  const query = db
    .selectFrom('meters')
    .select(['limit_nanos', 'spent_nanos', 'leased_nanos', 'reserved_nanos', 'credit_line_nanos', 'policy_id'])
    .where('id', '=', meterId);
  const row = await (kind === 'sqlite' ? query : query.forUpdate()).executeTakeFirst();
  if (row === undefined) return undefined;
  const { limit_nanos: limit, leased_nanos: leased } = row;
  const left = limit === null ? undefined : limit - row.spent_nanos - leased - row.reserved_nanos;
  return {
    left,
    open: left === undefined ? undefined : left + row.credit_line_nanos,
    leased,
    policyId: row.policy_id ?? undefined,
  };
}

export async function leaseOf(db: Transaction<Tables>, nodeId: string, meterId: string): Promise<LeaseState> {
  const row = await db
    .selectFrom('leases')
    .select(['amount_nanos', 'version'])
    .where('meter_id', '=', meterId)
    .where('node_id', '=', nodeId)
    .executeTakeFirst();
  return row === undefined ? { amount: 0n, version: 0 } : { amount: row.amount_nanos, version: row.version };
}

/** Changes a lease and the meter's sum of leases together; the meter is locked. */
export async function changeLease(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  { nodeId, meterId, at }: { readonly nodeId: string; readonly meterId: string; readonly at: number },
  lease: LeaseState,
  by: bigint,
): Promise<LeaseState> {
  // A lease that was struck off and taken again must not repeat the versions of its first life.
  const changed = { amount: lease.amount + by, version: lease.version === 0 ? at * 1000 : lease.version + 1 };
  const set =
    kind === 'mysql'
      ? sql`on duplicate key update amount_nanos = values(amount_nanos), version = values(version)`
      : sql`on conflict (meter_id, node_id) do update set amount_nanos = excluded.amount_nanos, version = excluded.version`;
  await sql`insert into leases (node_id, meter_id, amount_nanos, version)
    values (${nodeId}, ${meterId}, ${changed.amount}, ${changed.version}) ${set}`.execute(db);
  await db
    .updateTable('meters')
    .set((query) => ({ leased_nanos: query('leased_nanos', '+', by) }))
    .where('id', '=', meterId)
    .execute();
  return changed;
}
