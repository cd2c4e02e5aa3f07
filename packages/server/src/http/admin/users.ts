import type { userOperations } from '@tollgate/contract/operations/users';
import type { UserView } from '@tollgate/contract/api/people';
import { balancesOf, createPerson, findUser, listPeople, usdToNanos } from '../../services/accounts/people.ts';
import { changePerson } from '../../services/accounts/change-person.ts';
import { creditUser } from '../../services/accounts/credit-user.ts';
import { setUserCreditLine } from '../../services/accounts/credit-lines.ts';
import { endSessionsOf } from '../../services/accounts/sessions.ts';
import { createInvite, listInvites, removeInvite } from '../../services/accounts/invites.ts';
import { createPasswordReset } from '../../services/accounts/password-resets.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { User } from '../../store/users.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { walletViews } from './wallet-views.ts';

/** People, for administrators. */
export const userHandlers = (deps: AdminDeps): Handlers<typeof userOperations> => {
  const { accounts } = deps;
  const shown = async (id: string): Promise<UserView> => {
    const user = await findUser(accounts, id);
    if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
    return await presentUser(deps, user);
  };
  return {
    'users.list': async ({ query }) => {
      const page = await listPeople(accounts, {
        limit: query.limit,
        after: readCursor(query.after),
        emailPrefix: query.email,
      });
      return { ...presentPage(page, (user) => user), data: await presentUsers(deps, page.rows) };
    },
    'users.create': async ({ body }, context) => {
      const { actor } = context.caller;
      if (body.role !== 'user' && !callerMay(context.caller, 'administrators:write'))
        throw new Refusal('forbidden', 'Only root may make administrators.', { param: 'role' });
      return await presentUser(deps, await createPerson(accounts, actor, body, { adopt: true }));
    },
    'users.read': ({ params }) => shown(params.id),
    'users.update': async ({ params, body }, context) =>
      await presentUser(deps, await changePerson(accounts, context.caller.actor, params.id, body)),
    'users.resetPassword': async ({ params }, context) =>
      await createPasswordReset(accounts, context.caller.actor, params.id),
    'users.endSessions': async ({ params }, context) => {
      await endSessionsOf(accounts, context.caller.actor, params.id);
    },
    'invites.list': async ({ query }) => {
      const ask = { limit: query.limit, after: readCursor(query.after) };
      const page = await listInvites(accounts, ask);
      return { ...presentPage(page, (invite) => invite), data: [...page.rows] };
    },
    'invites.create': async ({ body }, { caller }) => await createInvite(deps.signUp, caller.actor, body),
    'invites.delete': async ({ params }, { caller }) => {
      await removeInvite(accounts, caller.actor, params.id);
    },
    'users.credit': async ({ params, body }, context) => {
      await creditUser(accounts, context.caller.actor, {
        userId: params.id,
        amount: usdToNanos(body.amountUsd),
        note: body.note,
        idempotencyKey: body.idempotencyKey,
        expiresAt: body.expiresAt,
      });
      const balances = await balancesOf(accounts, [params.id]);
      return { balanceNanos: (balances.get(params.id) ?? 0n).toString() };
    },
    'users.setCreditLine': async ({ params, body: { amountUsd, reason } }, { caller: { actor } }) => {
      await setUserCreditLine(accounts, actor, { ownerId: params.id, amount: usdToNanos(amountUsd), reason });
      return await shown(params.id);
    },
  };
};

/** Users with their balances, which are asked for in one go. */
export async function presentUsers(deps: AdminDeps, users: readonly User[]): Promise<UserView[]> {
  const walletOf = await walletViews(deps, users);
  return users.map(({ role: _, roleName, reaches: __, ...user }) => ({
    ...user,
    role: roleName,
    ...walletOf(user.id),
  }));
}

async function presentUser(deps: AdminDeps, user: User): Promise<UserView> {
  const [shown] = await presentUsers(deps, [user]);
  if (shown === undefined) throw new Error('a user could not be shown');
  return shown;
}
