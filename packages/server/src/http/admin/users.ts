import {
  creditInputSchema,
  creditSchema,
  userInputSchema,
  userPageSchema,
  userPatchSchema,
  userQuerySchema,
  userSchema,
  type UserView,
} from '@tollgate/contract/api/people';
import {
  balancesOf,
  changePerson,
  createPerson,
  creditUser,
  findUser,
  listPeople,
  usdToNanos,
} from '../../services/accounts/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { User } from '../../store/users.ts';
import { readable, type AdminDeps } from './admin-deps.ts';
import { idParams } from './id-params.ts';
import { operation } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';

/** People, for administrators. */
export const userOperations = (deps: AdminDeps) => {
  const { accounts } = deps;
  return [
    operation(
      {
        name: 'users.list',
        method: 'get',
        path: '/users',
        summary: 'List users',
        query: userQuerySchema,
        answer: userPageSchema,
      },
      async ({ query }) => {
        const page = await listPeople(accounts, {
          limit: query.limit,
          after: readCursor(query.after),
          emailPrefix: query.email,
        });
        return { ...presentPage(page, (user) => user), data: await presentUsers(deps, page.rows) };
      },
    ),
    operation(
      {
        name: 'users.create',
        method: 'post',
        path: '/users',
        summary: 'Create a user',
        body: userInputSchema,
        answer: userSchema,
      },
      async ({ body }, context) => {
        const { actor } = context.caller();
        if (body.role !== 'user' && actor.role !== 'root')
          throw new Refusal('forbidden', 'Only root may make administrators.', { param: 'role' });
        return await presentUser(deps, await createPerson(accounts, actor, body, { adopt: true }));
      },
    ),
    operation(
      {
        name: 'users.read',
        method: 'get',
        path: '/users/{id}',
        summary: 'Read a user',
        params: idParams,
        answer: userSchema,
      },
      async ({ params }) => {
        const user = await findUser(accounts, params.id);
        if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
        return await presentUser(deps, user);
      },
    ),
    operation(
      {
        name: 'users.update',
        method: 'patch',
        path: '/users/{id}',
        summary: 'Change, disable or enable a user',
        params: idParams,
        body: userPatchSchema,
        answer: userSchema,
      },
      async ({ params, body }, context) =>
        await presentUser(deps, await changePerson(accounts, context.caller().actor, params.id, body)),
    ),
    operation(
      {
        name: 'users.credit',
        method: 'post',
        path: '/users/{id}/credits',
        summary: 'Credit or debit a wallet',
        params: idParams,
        body: creditInputSchema,
        answer: creditSchema,
      },
      async ({ params, body }, context) => {
        await creditUser(accounts, context.caller().actor, {
          userId: params.id,
          amount: usdToNanos(body.amountUsd),
          note: body.note,
          idempotencyKey: body.idempotencyKey,
        });
        const balances = await balancesOf(accounts, [params.id]);
        return { balanceNanos: (balances.get(params.id) ?? 0n).toString() };
      },
    ),
  ];
};

/** Users with their balances, which are asked for in one go. */
export async function presentUsers(deps: AdminDeps, users: readonly User[]): Promise<UserView[]> {
  const balanceOf = await readable(() =>
    balancesOf(
      deps.accounts,
      users.map((user) => user.id),
    ),
  );
  return users.map((user) => ({ ...user, balanceNanos: balanceOf(user.id) }));
}

async function presentUser(deps: AdminDeps, user: User): Promise<UserView> {
  const [shown] = await presentUsers(deps, [user]);
  if (shown === undefined) throw new Error('a user could not be shown');
  return shown;
}
