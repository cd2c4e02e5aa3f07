import type { budgetOperations } from '@tollgate/contract/operations/budgets';
import { Refusal } from '../../domain/refusal.ts';
import type { AccountDeps } from '../../services/accounts/account-deps.ts';
import {
  changeBudget,
  createBudget,
  listBudgets,
  presentBudget,
  removeBudget,
  teamOfBudget,
  type BudgetDeps,
  type BudgetWho,
} from '../../services/budgets/budgets.ts';
import { requireTeam } from '../../services/teams/teams.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { CallerContext, Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

const whoOf = ({ caller, reach }: CallerContext): BudgetWho => ({
  actor: caller.actor.label,
  userId: reach === 'any' ? undefined : caller.user.id,
});

/** Who sets a budget of a team: whoever manages it, as one of the team. */
async function managing(accounts: AccountDeps, context: CallerContext, teamId: string): Promise<BudgetWho> {
  await requireTeam(accounts, context.caller.actor, teamId, 'manage');
  const who = whoOf(context);
  return who.userId === undefined ? who : { ...who, userId: teamId };
}

/** Who changes a budget, which may be one of a team. */
async function whoFor(
  accounts: AccountDeps,
  payments: BudgetDeps,
  context: CallerContext,
  id: string,
): Promise<BudgetWho> {
  const teamId = await teamOfBudget(payments, id);
  return teamId === undefined ? whoOf(context) : await managing(accounts, context, teamId);
}

/** Budgets of keys, people and teams. */
export const budgetHandlers = ({ accounts, payments }: AdminDeps): Handlers<typeof budgetOperations> => ({
  'budgets.list': async ({ query: { limit, after, userId, teamId, keyId } }, context) => {
    if (teamId !== undefined) await requireTeam(accounts, context.caller.actor, teamId, 'see');
    const ask = { limit, after: readCursor(after), userId: teamId ?? whoseOf(context, userId), keyId };
    const page = await listBudgets(payments, ask);
    const rows = await Promise.all(page.rows.map(async (one) => await presentBudget(payments, one)));
    return presentPage({ ...page, rows }, (one) => one);
  },
  'budgets.create': async ({ body }, context) => {
    if (body.teamId !== undefined)
      return await createBudget(payments, await managing(accounts, context, body.teamId), body.teamId, body);
    const userId = whoseOf(context, body.userId);
    if (userId === undefined) throw new Refusal('invalid_request', 'must name one person', { param: 'userId' });
    return await createBudget(payments, whoOf(context), userId, body);
  },
  'budgets.update': async ({ params, body }, context) =>
    await changeBudget(payments, await whoFor(accounts, payments, context, params.id), params.id, body),
  'budgets.delete': async ({ params }, context) => {
    await removeBudget(payments, await whoFor(accounts, payments, context, params.id), params.id);
  },
});
