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
  type Visit,
} from '../../services/accounts/sessions.ts';
import { needsSetup, setUpWithToken } from '../../services/accounts/setup.ts';
import type { User } from '../../store/users.ts';
import type { AdminDeps } from './admin-deps.ts';
import { operation, type Caller, type Occasion } from './operation.ts';
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
    visit: Visit,
    occasion: Occasion,
    ask: { email: string; password: string; remember: boolean },
  ) => {
    const { user, cookies } = await signIn(accounts, attempts, visit, ask);
    occasion.setCookies(cookies);
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
      async ({ body: { token, ...root } }, occasion) => {
        attempts.check('(setup)', occasion.visit.address);
        try {
          await setUpWithToken(accounts, token, root);
        } catch (error) {
          if (error instanceof Refusal && error.code === 'setup_token_invalid')
            attempts.failed('(setup)', occasion.visit.address);
          throw error;
        }
        return await enter(occasion.visit, occasion, { ...root, remember: true });
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
      async ({ body }, occasion) => await enter(occasion.visit, occasion, body),
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
      async ({ body }, occasion) => {
        await register(accounts, attempts, occasion.visit, body);
        return await enter(occasion.visit, occasion, { ...body, remember: true });
      },
    ),
    operation(
      { name: 'session.delete', method: 'delete', path: '/session', summary: 'Sign out' },
      async (_ask, occasion) => {
        requireSession(occasion.caller());
        occasion.setCookies(await signOut(accounts, occasion.visit));
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
      async (_ask, occasion) => {
        const { sessionId } = requireSession(occasion.caller());
        const sessions = await listSessions(accounts, occasion.visit);
        return { data: sessions.map((session) => ({ ...session, current: session.id === sessionId })) };
      },
    ),
    operation(
      { name: 'sessions.delete', method: 'delete', path: '/sessions', summary: 'Sign out everywhere' },
      async (_ask, occasion) => {
        requireSession(occasion.caller());
        occasion.setCookies(await signOutEverywhere(accounts, occasion.visit));
      },
    ),
    operation(
      { name: 'me.read', method: 'get', path: '/me', summary: 'Who one is', answer: meSchema },
      async (_ask, occasion) => {
        const { user, via, readOnly } = occasion.caller();
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
      async ({ body }, occasion) => {
        const { user, via, readOnly } = occasion.caller();
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
      async ({ body }, occasion) => {
        const { user } = requireSession(occasion.caller());
        occasion.setCookies(await changeOwnPassword(accounts, attempts, occasion.visit, user, body));
      },
    ),
  ];
};

function requireSession(caller: Caller): Caller {
  if (caller.via === 'session') return caller;
  throw new Refusal('forbidden', 'This needs a session; an access token has none.');
}
