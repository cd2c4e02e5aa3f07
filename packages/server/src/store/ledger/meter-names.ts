import { z } from 'zod';
import type { Db } from '../database.ts';

/** What a meter belongs to: a subscription with the name of its plan, credit that expires, or a budget with its model. */
export type MeterOwner = {
  readonly kind: 'allowance' | 'credit' | 'budget' | 'team';
  readonly id: string;
  readonly name: string | null;
};

const termsSchema = z.object({ name: z.string() });

/** Whose some meters are, by their names; those of users and keys are not looked for. */
export async function ownersOfMeters(db: Db, meters: readonly string[]): Promise<ReadonlyMap<string, MeterOwner>> {
  if (meters.length === 0) return new Map();
  const allowances = await db
    .selectFrom('allowances')
    .innerJoin('subscriptions', 'subscriptions.id', 'allowances.subscription_id')
    .select(['allowances.meter_id', 'subscriptions.id', 'subscriptions.terms'])
    .where('allowances.meter_id', 'in', meters)
    .execute();
  const budgets = await db
    .selectFrom('meters')
    .innerJoin('budgets', 'budgets.id', 'meters.policy_id')
    .select(['meters.id as meter_id', 'budgets.id', 'budgets.model'])
    .where('meters.id', 'in', meters)
    .execute();
  const given = await db
    .selectFrom('given_credits')
    .select(['meter_id', 'id', 'note'])
    .where('meter_id', 'in', meters)
    .execute();
  const owned = new Map<string, MeterOwner>();
  for (const { meter_id: meter, id, note } of given) owned.set(meter, { kind: 'credit', id, name: note || null });
  for (const { meter_id: meter, id, terms } of allowances)
    owned.set(meter, { kind: 'allowance', id, name: termsSchema.safeParse(JSON.parse(terms)).data?.name ?? null });
  for (const { meter_id: meter, id, model } of budgets) owned.set(meter, { kind: 'budget', id, name: model });
  return owned;
}
