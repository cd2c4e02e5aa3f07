import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { PolicyMeter } from '../../domain/meters.ts';
import type { DatabaseKind } from '../database.ts';
import type { Tables } from '../tables.ts';

/**
 * Makes the meter of a policy, or gives it to its policy when a charge has made it in passing. Two that come at once make
 * one: the second finds it there.
 */
export async function openMeter(db: Transaction<Tables>, kind: DatabaseKind, opens: PolicyMeter): Promise<void> {
  const { policy } = opens;
  const rule = db.selectFrom('meter_policies').select('limit_nanos').where('id', '=', policy.id);
  const found = await (kind === 'sqlite' ? rule : rule.forUpdate()).executeTakeFirst();
  const limit = policy.kind === 'account' ? 0n : (found?.limit_nanos ?? null);
  const ignore = kind === 'mysql' ? sql`on duplicate key update id = meters.id` : sql`on conflict do nothing`;
  const [startsAt, endsAt] = [opens.startsAt ?? null, opens.endsAt ?? null];
  await sql`insert into meters (id, kind, period, policy_id, starts_at, ends_at, limit_nanos, spent_nanos, leased_nanos)
    values (${opens.id}, ${policy.kind}, ${policy.period}, ${policy.id}, ${startsAt}, ${endsAt}, ${limit}, ${0n}, ${0n})
    ${ignore}`.execute(db);
  let adopt = db
    .updateTable('meters')
    .set({ kind: policy.kind, period: policy.period, policy_id: policy.id, starts_at: startsAt, ends_at: endsAt })
    .where('id', '=', opens.id)
    .where('policy_id', 'is', null);
  if (policy.kind === 'limit') adopt = adopt.set({ limit_nanos: limit });
  await adopt.execute();
}
