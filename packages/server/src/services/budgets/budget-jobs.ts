import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { meterOf } from '../../domain/meters.ts';
import { stretchNameOf } from '../../domain/payers.ts';
import { budgetRepository, ruleOf, type StoredBudget } from '../../store/budgets.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { allowanceRepository } from '../../store/subscriptions/allowances.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { enforce, limitAt, tellKeys, type BudgetDeps } from './budgets.ts';

const watchKind = jobKind({
  name: 'budgets.watch',
  payload: z.strictObject({}),
  schedule: every(30_000),
  deadlineMs: 5 * 60_000,
});

const pageRows = 200;
/** Shares of a budget, in percent, that are told of when they are reached, the highest first. */
const steps = [100, 80, 50];

const stepsOf = ({ cheaper }: StoredBudget): readonly number[] =>
  cheaper === undefined ? steps : [...steps, cheaper.percent].toSorted((a, b) => b - a);

/** Ends overrides whose time is up, and says in the audit log when a half, most, or all of a budget is spent: once for each stretch. */
export const budgetJobs = (deps: BudgetDeps): readonly JobHandler[] => [
  jobHandler(watchKind, async (_, { signal }) => {
    for (let after = ''; ;) {
      signal.throwIfAborted();
      const budgets = await budgetRepository.after(deps.database.db, after, pageRows);
      await watchBudgets(deps, budgets);
      const last = budgets.at(-1);
      if (last === undefined || budgets.length < pageRows) return undefined;
      after = last.id;
    }
  }),
];

/** Looks at some budgets. */
export async function watchBudgets(deps: BudgetDeps, budgets: readonly StoredBudget[]): Promise<void> {
  const { db } = deps.database;
  const now = deps.now();
  const meters = budgets.map((budget) => meterOf(ruleOf(budget).policy, now));
  const used = await allowanceRepository.used(
    db,
    meters.map(({ id }) => id),
  );
  for (const [index, budget] of budgets.entries()) {
    const meter = meters[index];
    if (meter === undefined) continue;
    const stretch = stretchNameOf(meter);
    if (budget.override !== undefined && budget.override.until <= now) await endOverride(deps, budget.id);
    const spent = used.get(meter.id)?.spent ?? 0n;
    const limit = limitAt(budget, now);
    const percent = stepsOf(budget).find((step) => spent * 100n >= limit * BigInt(step) && spent > 0n) ?? 0;
    const before = budget.told.stretch === stretch ? budget.told.percent : 0;
    if (percent > before) await tell(deps, budget.id, { stretch, percent, spent, limit });
  }
}

async function endOverride(deps: BudgetDeps, id: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const budget = await budgetRepository.find(db, id);
    if (budget?.override === undefined || budget.override.until > deps.now()) return;
    const after = { ...budget, override: undefined, updatedAt: deps.now() };
    await budgetRepository.update(db, after);
    await enforce(db, deps, after);
  });
}

async function tell(
  deps: BudgetDeps,
  id: string,
  reached: { readonly stretch: string; readonly percent: number; readonly spent: bigint; readonly limit: bigint },
): Promise<void> {
  const { stretch, percent, spent, limit } = reached;
  await deps.database.transact(async (db) => {
    const budget = await budgetRepository.find(db, id);
    if (budget === undefined || (budget.told.stretch === stretch && budget.told.percent >= percent)) return;
    await budgetRepository.update(db, { ...budget, told: { stretch, percent } });
    // Keys are read with it: from here on the cheaper model may answer.
    if (budget.cheaper !== undefined) await tellKeys(db, budget, deps.now());
    await auditRepository.append(db, {
      at: deps.now(),
      actor: 'system:budgets',
      action: 'budget.reached',
      subject: `spending-budget:${id}`,
      before: null,
      after: { percent, userId: budget.userId, spentNanos: spent.toString(), limitNanos: limit.toString() },
    });
  });
}
