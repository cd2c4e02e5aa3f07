import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { MeterPolicy } from '../../domain/meters.ts';
import type { DatabaseKind } from '../database.ts';
import type { Tables } from '../tables.ts';
import { recallFrom } from './leases.ts';

/**
 * Sets how much the limits of a policy allow: the one that counts now and all later ones; what it has counted stays. Null
 * is no limit. Those of past periods keep what they had.
 */
export async function setMeterPolicy(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  { policy, limit, at }: { readonly policy: MeterPolicy; readonly limit: bigint | null; readonly at: number },
): Promise<void> {
  const changed = ['limit_nanos', 'updated_at'].map((name) =>
    kind === 'mysql'
      ? sql`${sql.ref(name)} = values(${sql.ref(name)})`
      : sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`,
  );
  const on = kind === 'mysql' ? sql`on duplicate key update` : sql`on conflict (id) do update set`;
  // Its row is locked from here on, so a meter that is being made meanwhile waits and then has the new limit.
  await sql`insert into meter_policies (id, subject, kind, period, limit_nanos, updated_at)
    values (${policy.id}, ${policy.subject}, ${policy.kind}, ${policy.period}, ${limit}, ${at})
    ${on} ${sql.join(changed)}`.execute(db);
  const meters = await db
    .updateTable('meters')
    .set({ limit_nanos: limit })
    .where('policy_id', '=', policy.id)
    .where('kind', '=', 'limit')
    .where((or) => or.or([or('ends_at', 'is', null), or('ends_at', '>', at)]))
    .execute();
  if (meters.every(({ numUpdatedRows }) => numUpdatedRows === 0n)) return;
  const rows = await db.selectFrom('meters').select('id').where('policy_id', '=', policy.id).orderBy('id').execute();
  for (const { id } of rows) await recallFrom(db, kind, id, at);
}
