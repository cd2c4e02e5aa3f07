import type { BudgetInput, BudgetPatch, BudgetView } from '@tollgate/contract/api/budgets';
import { forecastEnd } from '../../domain/budget-forecast.ts';
import { isTimeZone } from '../../domain/calendar.ts';
import { meterOf } from '../../domain/meters.ts';
import { stretchNameOf } from '../../domain/payers.ts';
import { Refusal } from '../../domain/refusal.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { budgetRepository, isOfTeam, ruleOf, type StoredBudget } from '../../store/budgets.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import type { Db } from '../../store/database.ts';
import { setMeterPolicy } from '../../store/ledger/policies.ts';
import type { Page } from '../../store/page.ts';
import { allowanceRepository } from '../../store/subscriptions/allowances.ts';
import { nanosToUsd, usdToNanos } from '../accounts/people.ts';
import type { SubscriptionDeps, Transact } from '../subscriptions/deps.ts';

export type BudgetDeps = Pick<SubscriptionDeps, 'database' | 'now' | 'newId'>;

/** Who sets a budget; `userId` is given when they reach their own only, or that of a team they manage (its id). */
export type BudgetWho = { readonly actor: string; readonly userId: string | undefined };

export async function createBudget(
  deps: BudgetDeps,
  who: BudgetWho,
  userId: string,
  input: BudgetInput,
): Promise<BudgetView> {
  if (!isTimeZone(input.timeZone))
    throw new Refusal('invalid_request', 'is no time zone, such as Europe/Berlin', { param: 'timeZone' });
  if (input.teamId !== undefined && input.keyId !== undefined)
    throw new Refusal('invalid_request', 'must not be given for a budget of a team', { param: 'keyId' });
  const now = deps.now();
  const owner = input.teamId ?? (await ownerOf(deps, who, userId, input.keyId));
  const budget: StoredBudget = {
    id: `bud_${deps.newId()}`,
    userId: owner,
    teamId: input.teamId,
    keyId: input.keyId,
    model: input.model,
    period: input.period,
    timeZone: input.timeZone,
    limit: usdToNanos(input.limitUsd),
    override: undefined,
    cheaper: readCheaper(input.cheaper),
    locked: who.userId === undefined,
    told: { stretch: '', percent: 0 },
    createdAt: now,
    updatedAt: now,
  };
  await deps.database.transact(async (db) => {
    await budgetRepository.insert(db, budget);
    await enforce(db, deps, budget);
    await record(db, deps, who, 'create', undefined, budget);
  });
  return await presentBudget(deps, budget);
}

/** The person whose budget it will be: the key's owner, if it is one that may be reached. */
async function ownerOf(
  { database }: BudgetDeps,
  who: BudgetWho,
  userId: string,
  keyId: string | undefined,
): Promise<string> {
  if (keyId === undefined) return userId;
  const key = await apiKeyRepository.find(database.db, keyId, who.userId);
  if (key === undefined) throw new Refusal('not_found', 'There is no such API key.', { param: 'keyId' });
  return key.userId;
}

export async function changeBudget(
  deps: BudgetDeps,
  who: BudgetWho,
  id: string,
  patch: BudgetPatch,
): Promise<BudgetView> {
  const changed = await deps.database.transact(async (db) => {
    const before = await mustFind(db, who, id);
    const { override, cheaper } = patch;
    if (override !== undefined && override !== null && override.until <= deps.now())
      throw new Refusal('invalid_request', 'must lie in the future', { param: 'override.until' });
    const after: StoredBudget = {
      ...before,
      limit: patch.limitUsd === undefined ? before.limit : usdToNanos(patch.limitUsd),
      override:
        override === undefined
          ? before.override
          : (override ?? undefined) && {
              limit: usdToNanos(override?.limitUsd ?? '0'),
              until: override?.until ?? 0,
              reason: override?.reason ?? '',
            },
      cheaper: cheaper === undefined ? before.cheaper : readCheaper(cheaper),
      // Of another amount another share is spent: it is told of anew.
      told: { stretch: '', percent: 0 },
      updatedAt: deps.now(),
    };
    await budgetRepository.update(db, after);
    await enforce(db, deps, after);
    await record(db, deps, who, 'update', before, after);
    return after;
  });
  return await presentBudget(deps, changed);
}

const readCheaper = (cheaper: BudgetInput['cheaper']): StoredBudget['cheaper'] =>
  cheaper === null ? undefined : { model: cheaper.model, percent: cheaper.atPercent };

export async function removeBudget(deps: BudgetDeps, who: BudgetWho, id: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const budget = await mustFind(db, who, id);
    await endBudget(db, deps, budget);
    await record(db, deps, who, 'delete', budget, undefined);
  });
}

/** Requests under way still count on its meter, which refuses nobody any more. */
export async function endBudget(
  db: Transact,
  deps: Pick<BudgetDeps, 'database' | 'now'>,
  budget: StoredBudget,
): Promise<void> {
  await budgetRepository.remove(db, budget.id);
  await setMeterPolicy(db, deps.database.kind, { policy: ruleOf(budget).policy, limit: null, at: deps.now() });
}

/** The team that a budget is of as a whole; undefined for a person's, or none. */
export async function teamOfBudget({ database }: BudgetDeps, id: string): Promise<string | undefined> {
  const budget = await budgetRepository.find(database.db, id);
  return budget !== undefined && isOfTeam(budget) ? budget.teamId : undefined;
}

export const listBudgets = async (
  { database }: BudgetDeps,
  ask: Parameters<typeof budgetRepository.page>[1],
): Promise<Page<StoredBudget>> => await budgetRepository.page(database.db, ask);

/** What a budget allows at a moment. */
export const limitAt = ({ limit, override }: StoredBudget, at: number): bigint =>
  override !== undefined && at < override.until ? override.limit : limit;

/** Sets the limit of the meter that counts, and of those to come. */
export async function enforce(db: Transact, deps: BudgetDeps, budget: StoredBudget): Promise<void> {
  const at = deps.now();
  const limit = limitAt(budget, at);
  await setMeterPolicy(db, deps.database.kind, { policy: ruleOf(budget).policy, limit, at });
  await tellKeys(db, budget, at);
}

/** Has the keys that it counts read anew. */
export const tellKeys = async (db: Db, budget: StoredBudget, at: number): Promise<void> => {
  await changeRepository.append(db, isOfTeam(budget) ? 'team' : 'user', budget.userId, at);
};

export async function presentBudget(deps: BudgetDeps, budget: StoredBudget): Promise<BudgetView> {
  const now = deps.now();
  const meter = meterOf(ruleOf(budget).policy, now);
  const used = (await allowanceRepository.used(deps.database.db, [meter.id])).get(meter.id);
  const { override } = budget;
  const spent = used?.spent ?? 0n;
  // It counts from when it was set.
  const startsAt = Math.max(meter.startsAt ?? 0, budget.createdAt);
  const stretch = { startsAt, endsAt: meter.endsAt, spent, limit: limitAt(budget, now) };
  return {
    id: budget.id,
    userId: isOfTeam(budget) ? null : budget.userId,
    teamId: budget.teamId ?? null,
    keyId: budget.keyId ?? null,
    model: budget.model ?? null,
    period: budget.period,
    timeZone: budget.timeZone,
    limitUsd: nanosToUsd(budget.limit),
    override:
      override === undefined || override.until <= now
        ? null
        : { limitUsd: nanosToUsd(override.limit), until: override.until, reason: override.reason },
    cheaper: budget.cheaper === undefined ? null : { atPercent: budget.cheaper.percent, model: budget.cheaper.model },
    cheaperNow: ruleOf(budget).cheaper?.stretch === stretchNameOf(meter),
    spentNanos: spent.toString(),
    limitNanos: stretch.limit.toString(),
    endsAt: meter.endsAt ?? null,
    forecastAt: forecastEnd(stretch, now) ?? null,
    locked: budget.locked,
    createdAt: budget.createdAt,
    updatedAt: budget.updatedAt,
  };
}

async function mustFind(db: Transact, who: BudgetWho, id: string): Promise<StoredBudget> {
  const budget = await budgetRepository.find(db, id);
  if (budget === undefined || (who.userId !== undefined && budget.userId !== who.userId))
    throw new Refusal('not_found', 'There is no such budget.');
  if (budget.locked && who.userId !== undefined)
    throw new Refusal('forbidden', 'This budget was set by an administrator.');
  return budget;
}

const told = ({ limit, override, cheaper, keyId, userId, model, period }: StoredBudget) => ({
  userId,
  keyId: keyId ?? null,
  model: model ?? null,
  period,
  limitUsd: nanosToUsd(limit),
  cheaper: cheaper ?? null,
  override: override === undefined ? null : { ...override, limit: override.limit.toString() },
});

async function record(
  db: Transact,
  deps: BudgetDeps,
  who: BudgetWho,
  action: 'create' | 'update' | 'delete',
  before: StoredBudget | undefined,
  after: StoredBudget | undefined,
): Promise<void> {
  const at = deps.now();
  const budget = after ?? before;
  if (budget !== undefined) await tellKeys(db, budget, at);
  await auditRepository.append(db, {
    at,
    actor: who.actor,
    action: `budget.${action}`,
    subject: `spending-budget:${after?.id ?? before?.id ?? ''}`,
    before: before === undefined ? null : told(before),
    after: after === undefined ? null : told(after),
  });
}
