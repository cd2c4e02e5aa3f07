import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { DatabaseKind, Db } from '../database.ts';
import type { Tables } from '../tables.ts';
import { recallFrom } from './leases.ts';

/** A meter as people see it. `limit` is undefined for a key without a limit; `available` then too. */
export type MeterStatus = {
  readonly limit: bigint | undefined;
  readonly spent: bigint;
  readonly leased: bigint;
  /** limit - spent: a wallet's balance. */
  readonly remaining: bigint | undefined;
  /** Set aside for jobs, whichever process ends them. */
  readonly reserved: bigint;
  /** How far below zero usage may take an account; 0 for most. */
  readonly creditLine: bigint;
  /** limit + credit line - spent - leased - reserved: what usage may still set aside. */
  readonly available: bigint | undefined;
};

/** Makes sure that a user's wallet exists; an existing one stays as it is. */
export async function ensureWallet(db: Transaction<Tables>, kind: DatabaseKind, userId: string): Promise<void> {
  const ignore = kind === 'mysql' ? sql`on duplicate key update id = id` : sql`on conflict do nothing`;
  await sql`insert into meters (id, kind, limit_nanos, spent_nanos, leased_nanos)
    values (${walletMeter(userId)}, 'account', ${0n}, ${0n}, ${0n}) ${ignore}`.execute(db);
}

/** Sets what a key may spend in its whole life (what it has spent counts); null is no limit. */
export async function setKeyLimit(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  change: { readonly keyId: string; readonly limit: bigint | null; readonly at: number },
): Promise<void> {
  const meter = keyMeter(change.keyId);
  const set =
    kind === 'mysql'
      ? sql`on duplicate key update limit_nanos = values(limit_nanos)`
      : sql`on conflict (id) do update set limit_nanos = excluded.limit_nanos`;
  await sql`insert into meters (id, kind, limit_nanos, spent_nanos, leased_nanos)
    values (${meter}, 'limit', ${change.limit}, ${0n}, ${0n}) ${set}`.execute(db);
  // A lower limit must reach the nodes that have leased up to the old one.
  await recallFrom(db, kind, meter, change.at);
}

/** The state of some meters; one that never held anything is missing. */
export async function meterStatus(
  { db }: { readonly db: Db },
  ids: readonly string[],
): Promise<ReadonlyMap<string, MeterStatus>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('meters').selectAll().where('id', 'in', ids).execute();
  return new Map(
    rows.map((row) => {
      const limit = row.limit_nanos ?? undefined;
      const remaining = limit === undefined ? undefined : limit - row.spent_nanos;
      const { spent_nanos: spent, leased_nanos: leased, reserved_nanos: reserved, credit_line_nanos: creditLine } = row;
      const available = remaining === undefined ? undefined : remaining + creditLine - leased - reserved;
      return [row.id, { limit, spent, leased, reserved, remaining, creditLine, available }];
    }),
  );
}
