import {
  mePatchSchema,
  meSchema,
  passwordChangeSchema,
  registrationSchema,
  sessionListSchema,
  setupInputSchema,
  setupStateSchema,
  signInSchema,
} from '@tollgate/contract/api/people';
import { findUser, renamePerson } from '../../services/accounts/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  changeOwnPassword,
  listSessions,
  register,
  signIn,
  signOut,
  signOutEverywhere,
  type ClientInfo,
} from '../../services/accounts/sessions.ts';
import { needsSetup, setUpWithToken } from '../../services/accounts/setup.ts';
import type { User } from '../../store/users.ts';
import type { AdminDeps } from './admin-deps.ts';
import { operation, type Caller, type OperationContext } from './operation.ts';
import { presentUsers } from './users.ts';

/** Signing in and out, the first root, and one's own account. */
export const sessionOperations = (deps: AdminDeps) => {
  const { accounts, attempts } = deps;

  const me = async (user: User, via: 'session' | 'token', readOnly: boolean) => {
    const [shown] = await presentUsers(deps, [user]);
    if (shown === undefined) throw new Error('a user could not be shown');
    return { user: shown, via, readOnly };
  };

  const enter = async (
    client: ClientInfo,
    context: OperationContext,
    ask: { email: string; password: string; remember: boolean },
  ) => {
    const { user, cookies } = await signIn(accounts, attempts, client, ask);
    context.setCookies(cookies);
    return await me(user, 'session', false);
  };

  return [
    operation(
      {
        name: 'setup.read',
        method: 'get',
        path: '/setup',
        summary: 'Whether the first root is still to be made',
        answer: setupStateSchema,
      },
      async () => ({ needed: await needsSetup(accounts) }),
    ),
    operation(
      {
        name: 'setup.create',
        method: 'post',
        path: '/setup',
        summary: 'Make the first root, with the token of the printed link',
        body: setupInputSchema,
        answer: meSchema,
      },
      async ({ body: { token, ...root } }, context) => {
        attempts.check('(setup)', context.client.address);
        try {
          await setUpWithToken(accounts, token, root);
        } catch (error) {
          if (error instanceof Refusal && error.code === 'setup_token_invalid')
            attempts.failed('(setup)', context.client.address);
          throw error;
        }
        return await enter(context.client, context, { ...root, remember: true });
      },
    ),
    operation(
      {
        name: 'session.create',
        method: 'post',
        path: '/session',
        summary: 'Sign in',
        body: signInSchema,
        answer: meSchema,
      },
      async ({ body }, context) => await enter(context.client, context, body),
    ),
    operation(
      {
        name: 'registration.create',
        method: 'post',
        path: '/registrations',
        summary: 'Create an account of one’s own, where that is open',
        body: registrationSchema,
        answer: meSchema,
      },
      async ({ body }, context) => {
        await register(accounts, attempts, context.client, body);
        return await enter(context.client, context, { ...body, remember: true });
      },
    ),
    operation(
      { name: 'session.delete', method: 'delete', path: '/session', summary: 'Sign out' },
      async (_ask, context) => {
        requireSession(context.caller());
        context.setCookies(await signOut(accounts, context.client));
      },
    ),
    operation(
      {
        name: 'sessions.list',
        method: 'get',
        path: '/sessions',
        summary: 'Where one is signed in',
        answer: sessionListSchema,
      },
      async (_ask, context) => {
        const { sessionId } = requireSession(context.caller());
        const sessions = await listSessions(accounts, context.client);
        return { data: sessions.map((session) => ({ ...session, current: session.id === sessionId })) };
      },
    ),
    operation(
      { name: 'sessions.delete', method: 'delete', path: '/sessions', summary: 'Sign out everywhere' },
      async (_ask, context) => {
        requireSession(context.caller());
        context.setCookies(await signOutEverywhere(accounts, context.client));
      },
    ),
    operation(
      { name: 'me.read', method: 'get', path: '/me', summary: 'Who one is', answer: meSchema },
      async (_ask, context) => {
        const { user, via, readOnly } = context.caller();
        return await me(user, via, readOnly);
      },
    ),
    operation(
      {
        name: 'me.update',
        method: 'patch',
        path: '/me',
        summary: 'Change one’s own name',
        body: mePatchSchema,
        answer: meSchema,
      },
      async ({ body }, context) => {
        const { user, via, readOnly } = context.caller();
        await renamePerson(accounts, user.id, body.name);
        return await me((await findUser(accounts, user.id)) ?? user, via, readOnly);
      },
    ),
    operation(
      {
        name: 'me.password',
        method: 'post',
        path: '/me/password',
        summary: 'Change one’s own password; ends all other sessions',
        body: passwordChangeSchema,
      },
      async ({ body }, context) => {
        const { user } = requireSession(context.caller());
        context.setCookies(await changeOwnPassword(accounts, attempts, context.client, user, body));
      },
    ),
  ];
};

function requireSession(caller: Caller): Caller {
  if (caller.via === 'session') return caller;
  throw new Refusal('forbidden', 'This needs a session; an access token has none.');
}
