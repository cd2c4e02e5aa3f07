import type { OfferView, PlanInput, PlanPatch, PlanView } from '@tollgate/contract/api/plans';
import { planInputSchema } from '@tollgate/contract/api/plans';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { planRepository, type StoredPlan } from '../../store/subscriptions/plans.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';
import { salesOpen } from '../sales/sale-terms.ts';
import type { SubscriptionDeps } from './deps.ts';
import { inputOf, wantPlan } from './terms.ts';

export async function listPlans({ database }: Pick<SubscriptionDeps, 'database'>): Promise<PlanView[]> {
  const counts = await planRepository.subscribers(database.db);
  return (await planRepository.all(database.db)).map((plan) => present(plan, counts.get(plan.id) ?? 0));
}

/** Plans that a person may subscribe to now; none while nothing is sold. */
export async function listOffers(deps: SubscriptionDeps, userId: string): Promise<OfferView[]> {
  const { db } = deps.database;
  if (!(await salesOpen(db))) return [];
  const plans = (await planRepository.all(db)).filter(({ enabled }) => enabled);
  return await Promise.all(
    plans.map(async (plan): Promise<OfferView> => {
      const input = inputOf(plan);
      const had = input.trialDays > 0 ? await subscriptionRepository.ofPlan(db, userId, plan.id) : [];
      const { name, description, priceUsd, perSeat, interval, intervalCount, unit, amount, reset, timeZone } = input;
      const { rollover, overflow, models } = input;
      const offer = {
        id: plan.id,
        name,
        description,
        priceUsd,
        perSeat,
        interval,
        intervalCount,
        unit,
        amount,
        reset,
        timeZone,
      };
      return { ...offer, rollover, overflow, models, trialDays: had.length === 0 ? input.trialDays : 0 };
    }),
  );
}

export async function createPlan(deps: SubscriptionDeps, actor: string, input: PlanInput): Promise<PlanView> {
  const at = deps.now();
  const fixed = { id: `plan_${deps.newId()}`, owner: undefined, createdAt: at, updatedAt: at };
  const plan = wantPlan((name) => deps.snapshot().groups.has(name), input, fixed);
  await written(deps, async (db) => await writePlan(db, { actor, at, before: undefined, after: plan }));
  return present(plan, 0);
}

export async function changePlan(
  deps: SubscriptionDeps,
  actor: string,
  id: string,
  patch: PlanPatch,
): Promise<PlanView> {
  const at = deps.now();
  const after = await written(deps, async (db) => {
    const before = await mustFind(db, id);
    assertUnlocked(before, actor);
    const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const wanted = planInputSchema.safeParse({ ...inputOf(before), ...named });
    if (!wanted.success)
      throw new Refusal('invalid_request', wanted.error.issues[0]?.message ?? 'is not valid', {
        param: wanted.error.issues[0]?.path.join('.') ?? 'name',
      });
    const fixed = { id, owner: before.owner, createdAt: before.createdAt, updatedAt: at };
    const plan = wantPlan((name) => deps.snapshot().groups.has(name), wanted.data, fixed);
    await writePlan(db, { actor, at, before, after: plan });
    return plan;
  });
  return present(after, (await planRepository.subscribers(deps.database.db)).get(id) ?? 0);
}

/** Refuses when anybody ever subscribed: their terms go on, and tell of it. */
export async function removePlan(deps: SubscriptionDeps, actor: string, id: string): Promise<void> {
  await written(deps, async (db) => {
    const plan = await mustFind(db, id);
    assertUnlocked(plan, actor);
    if (await planRepository.wasSubscribedTo(db, id))
      throw new Refusal('conflict', 'There are subscriptions to this plan. Switch it off instead.');
    await writePlan(db, { actor, at: deps.now(), before: plan, after: undefined });
  });
}

/** Writes a plan, with its change and its line of the audit log. */
export async function writePlan(
  db: Db,
  change: {
    readonly actor: string;
    readonly at: number;
    readonly before: StoredPlan | undefined;
    readonly after: StoredPlan | undefined;
  },
): Promise<void> {
  const { actor, at, before, after } = change;
  const ref = after?.id ?? before?.id ?? '';
  if (after === undefined) await planRepository.remove(db, ref);
  else if (before === undefined) await planRepository.insert(db, after);
  else await planRepository.update(db, after);
  await recordWrite(db, {
    actor,
    at,
    kind: 'plan',
    action: after === undefined ? 'delete' : before === undefined ? 'create' : 'update',
    ref,
    before: toJson(before === undefined ? null : inputOf(before)),
    after: toJson(after === undefined ? null : inputOf(after)),
  });
}

async function written<T>(deps: SubscriptionDeps, work: Parameters<typeof deps.database.transact<T>>[0]): Promise<T> {
  try {
    return await deps.database.transact(work);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'There is a plan of this name already.', { param: 'name' });
  }
}

async function mustFind(db: Db, id: string): Promise<StoredPlan> {
  const plan = await planRepository.find(db, id);
  if (plan === undefined) throw new Refusal('not_found', 'There is no such plan.');
  return plan;
}

function assertUnlocked({ owner, name }: StoredPlan, actor: string): void {
  if (owner !== undefined && owner !== actor)
    throw new Refusal('owned_by_file', `Plan "${name}" is managed by ${owner.replace(/^file:/, '')}; change it there.`);
}

const present = (plan: StoredPlan, subscribers: number): PlanView => ({
  id: plan.id,
  ...inputOf(plan),
  subscribers,
  owner: plan.owner ?? null,
  createdAt: plan.createdAt,
  updatedAt: plan.updatedAt,
});
