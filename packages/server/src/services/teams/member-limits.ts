import { budgetRepository, type StoredBudget } from '../../store/budgets.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { usdToNanos } from '../accounts/people.ts';
import { endBudget, enforce } from '../budgets/budgets.ts';
import type { Transact } from '../subscriptions/deps.ts';

/** Sets what a member may spend of the team's wallet in a month: a budget of theirs that counts the team's keys only. */
export async function setMemberLimit(
  db: Transact,
  deps: Pick<AccountDeps, 'database' | 'now' | 'newId'>,
  ask: { readonly teamId: string; readonly userId: string; readonly limitUsd: string | null },
): Promise<void> {
  const now = deps.now();
  const [before] = (await budgetRepository.ofTeam(db, ask.teamId)).filter(({ userId }) => userId === ask.userId);
  if (ask.limitUsd === null) {
    if (before === undefined) return;
    await endBudget(db, deps, before);
    return;
  }
  const limit = usdToNanos(ask.limitUsd);
  const budget: StoredBudget =
    before === undefined
      ? {
          id: `bud_${deps.newId()}`,
          userId: ask.userId,
          teamId: ask.teamId,
          keyId: undefined,
          model: undefined,
          period: 'month',
          timeZone: 'UTC',
          limit,
          override: undefined,
          cheaper: undefined,
          locked: true,
          told: { stretch: '', percent: 0 },
          createdAt: now,
          updatedAt: now,
        }
      : { ...before, limit, told: { stretch: '', percent: 0 }, updatedAt: now };
  await (before === undefined ? budgetRepository.insert(db, budget) : budgetRepository.update(db, budget));
  await enforce(db, deps, budget);
}
