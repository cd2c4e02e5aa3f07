import type { signInOperations } from '@tollgate/contract/operations/sign-in';
import { beginSignIn } from '../../services/sign-in/begin.ts';
import { finishSignIn } from '../../services/sign-in/finish.ts';
import { listIdentities, unlinkIdentity } from '../../services/sign-in/identities.ts';
import {
  changeSignInMethod,
  createSignInMethod,
  listSignInMethods,
  removeSignInMethod,
} from '../../services/sign-in/methods.ts';
import { listSignInOptions } from '../../services/sign-in/open-method.ts';
import type { AdminDeps } from './admin-deps.ts';
import { presentMe } from './me.ts';
import type { Handlers } from './operation.ts';
import { schemaOf } from './schema-of.ts';
import { requireSession } from './sessions.ts';

/** Signing in by way of others, linking identities, and setting the methods up. */
export const signInHandlers = (deps: AdminDeps): Handlers<typeof signInOperations> => {
  const { signIn, accounts } = deps;
  return {
    'signIn.options': async () => ({
      data: (await listSignInOptions(signIn)).map(({ id, name, provider, signUp }) => ({ id, name, provider, signUp })),
    }),
    'signIn.begin': async ({ body }, context) => {
      const { url, cookies } = await beginSignIn(signIn, context.client, { ...body, link: null });
      context.setCookies(cookies);
      return { url };
    },
    'signIn.finish': async ({ body }, context) => {
      const finished = await finishSignIn(signIn, context.client, body);
      if ('linked' in finished) return { me: null, linked: true };
      const { user, cookies } = finished.signedIn;
      context.setCookies(cookies);
      return { me: await presentMe(deps, { user, via: 'session', scope: 'full' }), linked: false };
    },
    'identities.list': async (_ask, { caller }) => {
      const { identities, hasPassword } = await listIdentities(signIn, caller.user.id);
      return {
        data: identities.map(({ userId: _userId, subject: _subject, ...identity }) => identity),
        hasPassword,
      };
    },
    'identities.link': async ({ body }, context) => {
      const { user, sessionId } = requireSession(context.caller);
      const link = { userId: user.id, sessionId };
      const { url, cookies } = await beginSignIn(signIn, context.client, { ...body, remember: true, link });
      context.setCookies(cookies);
      return { url };
    },
    'identities.unlink': async ({ params }, { caller }) => {
      const { user, actor } = requireSession(caller);
      await unlinkIdentity(accounts, actor, user.id, params.id);
    },
    'signInProviders.list': async () => ({
      data: [...signIn.providers.values()].map(({ id, label, docs, settings, secrets }) => ({
        id,
        label,
        docs,
        settings: schemaOf(settings),
        secrets: schemaOf(secrets),
      })),
    }),
    'signInMethods.list': async () => ({ data: await listSignInMethods(signIn) }),
    'signInMethods.create': async ({ body }, { caller }) => await createSignInMethod(signIn, caller.actor.label, body),
    'signInMethods.update': async ({ params, body }, { caller }) =>
      await changeSignInMethod(signIn, caller.actor.label, params.id, body),
    'signInMethods.delete': async ({ params }, { caller }) => {
      await removeSignInMethod(signIn, caller.actor.label, params.id);
    },
  };
};
