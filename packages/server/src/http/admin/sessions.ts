import type { sessionOperations } from '@tollgate/contract/operations/sessions';
import { changeUsername, findUser, renamePerson, setTimeZone } from '../../services/accounts/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  changeOwnPassword,
  listSessions,
  revokeSession,
  signIn,
  signOut,
  signOutEverywhere,
} from '../../services/accounts/sessions.ts';
import { resetPassword } from '../../services/accounts/password-resets.ts';
import { needsSetup, setUpWithToken } from '../../services/accounts/setup.ts';
import type { Captcha } from '../../services/accounts/captcha.ts';
import type { ClientInfo } from '../../services/accounts/client-info.ts';
import { enter as enterAccount } from '../../services/accounts/enter.ts';
import { askForReset, askToChangeEmail, confirmEmail } from '../../services/accounts/own-address.ts';
import { askToRegister, confirmRegistration, register } from '../../services/accounts/sign-up.ts';
import { identifyCaller } from '../middleware/identify-caller.ts';
import type { AdminDeps } from './admin-deps.ts';
import { presentEntered, presentMe } from './me.ts';
import type { Caller, Handlers, OperationContext } from './operation.ts';

/** Signing in and out, the first root, and one's own account. */
export const sessionHandlers = (deps: AdminDeps): Handlers<typeof sessionOperations> => {
  const { accounts, attempts, captcha, signUp } = deps;

  const enter = async (context: OperationContext, ask: Parameters<typeof signIn>[3], asked?: Captcha) => {
    return await presentEntered(deps, context, await signIn(accounts, attempts, context.client, ask, asked));
  };

  return {
    'setup.read': async () => ({ needed: await needsSetup(accounts) }),
    'setup.create': async ({ body: { token, ...root } }, context) => {
      const { address } = context.client;
      const attempt = await attempts.begin({ account: `(setup from ${address})`, address });
      try {
        await setUpWithToken(accounts, token, root);
      } catch (error) {
        if (!(error instanceof Refusal && error.code === 'setup_token_invalid')) await attempt.withdrawn();
        throw error;
      }
      await attempt.succeeded();
      return await enter(context, { ...root, remember: true });
    },
    'session.read': async (_ask, context) => {
      const found = await identifyCaller(accounts, context.client);
      if (found === undefined) return { me: null };
      context.setCookies(found.cookies);
      return { me: await presentMe(deps, found.caller) };
    },
    'session.create': async ({ body }, context) => await enter(context, body, captcha),
    'registration.create': async ({ body }, context) => {
      const user = await register(signUp, context.client, body);
      return await presentEntered(deps, context, await enterAs(accounts, context.client, user.id));
    },
    'registration.request': async ({ body }, { client }) => await askToRegister(signUp, client, body),
    'registration.confirm': async ({ body }, context) => {
      const user = await confirmRegistration(signUp, context.client, body);
      return await presentEntered(deps, context, await enterAs(accounts, context.client, user.id));
    },
    'passwords.forgot': async ({ body }, { client }) => await askForReset(signUp, client, body),
    'emails.confirm': async ({ body }, { client }) => await confirmEmail(signUp, client, body.token),
    'me.changeEmail': async ({ body }, { caller }) => {
      await askToChangeEmail(signUp, requireSession(caller).user, body);
    },
    'passwords.reset': async ({ body }, { client: { address } }) => {
      const attempt = await attempts.begin({ account: `(password reset from ${address})`, address });
      try {
        await resetPassword(accounts, body.token, body.password);
      } catch (error) {
        if (!(error instanceof Refusal && error.code === 'reset_token_invalid')) await attempt.withdrawn();
        throw error;
      }
      await attempt.succeeded();
    },
    'session.delete': async (_ask, context) => {
      requireSession(context.caller);
      context.setCookies(await signOut(accounts, context.client));
    },
    'sessions.list': async (_ask, context) => {
      const { sessionId } = requireSession(context.caller);
      const sessions = await listSessions(accounts, context.client);
      return { data: sessions.map((session) => ({ ...session, current: session.id === sessionId })) };
    },
    'sessions.revoke': async ({ params }, context) => {
      await revokeSession(accounts, context.caller.user.id, params.id);
    },
    'sessions.delete': async ({ query }, context) => {
      const { user } = requireSession(context.caller);
      context.setCookies(await signOutEverywhere(accounts, context.client, user, query));
    },
    'me.read': async (_ask, { caller }) => await presentMe(deps, caller),
    'me.update': async ({ body }, context) => {
      const { user } = context.caller;
      if (body.name !== undefined) await renamePerson(accounts, user.id, body.name);
      if (body.timeZone !== undefined) await setTimeZone(accounts, user.id, context.caller.actor.label, body.timeZone);
      if (body.username !== undefined) await changeUsername(accounts, user, body.username);
      return await presentMe(deps, { ...context.caller, user: (await findUser(accounts, user.id)) ?? user });
    },
    'me.password': async ({ body }, context) => {
      const { user } = requireSession(context.caller);
      context.setCookies(await changeOwnPassword(accounts, attempts, context.client, user, body));
    },
  };
};

/** A session for who has just made their account; there is no second factor yet. */
const enterAs = async (accounts: AdminDeps['accounts'], client: ClientInfo, userId: string) =>
  await enterAccount(accounts, client, { userId, remember: true });

/** For what a token must not do, whatever it may do otherwise. */
export function requireSession(caller: Caller): Caller {
  if (caller.via === 'session') return caller;
  throw new Refusal('forbidden', 'This needs a session; an access token has none.');
}
