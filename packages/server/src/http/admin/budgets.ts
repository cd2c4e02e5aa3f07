import type { budgetOperations } from '@tollgate/contract/operations/budgets';
import { Refusal } from '../../domain/refusal.ts';
import {
  changeBudget,
  createBudget,
  listBudgets,
  presentBudget,
  removeBudget,
  type BudgetWho,
} from '../../services/budgets/budgets.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { CallerContext, Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

const whoOf = ({ caller, reach }: CallerContext): BudgetWho => ({
  actor: caller.actor.label,
  userId: reach === 'any' ? undefined : caller.user.id,
});

/** Budgets of keys and people. */
export const budgetHandlers = ({ payments }: AdminDeps): Handlers<typeof budgetOperations> => ({
  'budgets.list': async ({ query: { limit, after, userId, keyId } }, context) => {
    const ask = { limit, after: readCursor(after), userId: whoseOf(context, userId), keyId };
    const page = await listBudgets(payments, ask);
    const rows = await Promise.all(page.rows.map(async (one) => await presentBudget(payments, one)));
    return presentPage({ ...page, rows }, (one) => one);
  },
  'budgets.create': async ({ body }, context) => {
    const userId = whoseOf(context, body.userId);
    if (userId === undefined) throw new Refusal('invalid_request', 'must name one person', { param: 'userId' });
    return await createBudget(payments, whoOf(context), userId, body);
  },
  'budgets.update': async ({ params, body }, context) => await changeBudget(payments, whoOf(context), params.id, body),
  'budgets.delete': async ({ params }, context) => {
    await removeBudget(payments, whoOf(context), params.id);
  },
});
