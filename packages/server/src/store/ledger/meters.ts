import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { Database, DatabaseKind } from '../database.ts';
import type { Tables } from '../schema.ts';
import { recallFrom } from './leases.ts';

/** A meter as people see it. `limit` is undefined for a key without a limit; `available` then too. */
export type MeterStatus = {
  readonly limit: bigint | undefined;
  readonly spent: bigint;
  readonly leased: bigint;
  /** limit - spent: a wallet's balance. */
  readonly remaining: bigint | undefined;
  /** limit - spent - leased: what no gateway has set aside for itself. */
  readonly available: bigint | undefined;
};

/** Makes sure that a user's wallet exists; an existing one stays as it is. */
export async function ensureWallet(db: Transaction<Tables>, kind: DatabaseKind, userId: string): Promise<void> {
  const ignore = kind === 'mysql' ? sql`on duplicate key update id = id` : sql`on conflict do nothing`;
  await sql`insert into meters (id, limit_nanos, spent_nanos, leased_nanos)
    values (${`wallet:${userId}`}, ${0n}, ${0n}, ${0n}) ${ignore}`.execute(db);
}

/** Sets what a key may spend in its whole life (what it has spent counts); null is no limit. */
export async function setKeyLimit(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  change: { readonly keyId: string; readonly limit: bigint | null; readonly at: number },
): Promise<void> {
  const meter = `key:${change.keyId}`;
  const set =
    kind === 'mysql'
      ? sql`on duplicate key update limit_nanos = values(limit_nanos)`
      : sql`on conflict (id) do update set limit_nanos = excluded.limit_nanos`;
  await sql`insert into meters (id, limit_nanos, spent_nanos, leased_nanos)
    values (${meter}, ${change.limit}, ${0n}, ${0n}) ${set}`.execute(db);
  // A lower limit must reach the nodes that have leased up to the old one.
  await recallFrom(db, kind, meter, change.at);
}

/** The state of some meters; one that never held anything is missing. */
export async function meterStatus({ db }: Database, ids: readonly string[]): Promise<ReadonlyMap<string, MeterStatus>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('meters').selectAll().where('id', 'in', ids).execute();
  return new Map(
    rows.map((row) => {
      const limit = row.limit_nanos ?? undefined;
      const remaining = limit === undefined ? undefined : limit - row.spent_nanos;
      const available = remaining === undefined ? undefined : remaining - row.leased_nanos;
      return [row.id, { limit, spent: row.spent_nanos, leased: row.leased_nanos, remaining, available }];
    }),
  );
}
