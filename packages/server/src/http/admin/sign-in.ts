import type { signInOperations } from '@tollgate/contract/operations/sign-in';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import {
  addPasskey,
  beginPasskey,
  beginPasskeyEntry,
  enterByPasskey,
  listPasskeys,
  removePasskey,
} from '../../services/accounts/passkeys.ts';
import type { Passkey } from '../../store/sign-in/passkeys.ts';
import { enterWithCode, renewSession } from '../../services/accounts/enter.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  dropSecondFactor,
  readSecondFactor,
  renewBackupCodes,
  resetSecondFactor,
} from '../../services/accounts/second-factor.ts';
import { linkByPassword, signInByPassword } from '../../services/sign-in/by-password.ts';
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
import { readMetadata } from '../../services/sign-in/read-metadata.ts';
import type { AnySignInProvider } from '../../services/sign-in/provider.ts';
import { areOrganisations, discoverMethods } from '../../services/sign-in/team-entry.ts';
import type { StoredSignInMethod } from '../../store/sign-in/methods.ts';
import type { AdminDeps } from './admin-deps.ts';
import { presentEntered } from './me.ts';
import type { Handlers } from './operation.ts';
import { schemaOf } from './schema-of.ts';
import { requireSession } from './sessions.ts';

/** Signing in by way of others, linking identities, and setting the methods up. */
export const signInHandlers = (deps: AdminDeps): Handlers<typeof signInOperations> => {
  const { signIn, accounts } = deps;
  return {
    'signIn.options': async () => ({
      data: (await listSignInOptions(signIn)).map((method) => presentOption(signIn, method)),
      passkeys: URL.canParse(accounts.snapshot().settings.site.publicUrl),
      organisations: await areOrganisations(signIn),
    }),
    'signIn.discover': async ({ body }) => {
      const { methods, required } = await discoverMethods(signIn, body.email);
      return { data: methods.map((method) => presentOption(signIn, method)), required };
    },
    'signIn.begin': async ({ body }, context) => {
      const { url, cookies } = await beginSignIn(signIn, context.client, { ...body, link: null });
      context.setCookies(cookies);
      return { url };
    },
    'signIn.byPassword': async ({ body }, context) =>
      await presentEntered(deps, context, await signInByPassword(signIn, deps.captcha, context.client, body)),
    'signIn.finish': async ({ body }, context) => {
      const finished = await finishSignIn(signIn, context.client, body);
      if ('linked' in finished) return { me: null, linked: true };
      return { me: await presentEntered(deps, context, finished), linked: false };
    },
    'session.prove': async ({ body }, context) => {
      const signedIn = await enterWithCode(accounts, context.client, body.code);
      return await presentEntered(deps, context, { signedIn });
    },
    'session.beginPasskey': async (_ask, context) => {
      const { flow, options, cookies } = await beginPasskeyEntry(accounts, context.client);
      context.setCookies(cookies);
      return { flow, options: jsonOf(options) };
    },
    'session.createByPasskey': async ({ body }, context) => {
      const signedIn = await enterByPasskey(accounts, deps.attempts, context.client, {
        flow: body.flow,
        response: body.response as AuthenticationResponseJSON,
      });
      return await presentEntered(deps, context, { signedIn });
    },
    'passkeys.list': async (_ask, { caller }) => ({
      data: (await listPasskeys(accounts, caller.user.id)).map(presentPasskey),
    }),
    'passkeys.begin': async (_ask, context) => {
      const { user, sessionId } = requireSession(context.caller);
      const { flow, options, cookies } = await beginPasskey(accounts, context.client, user, sessionId);
      context.setCookies(cookies);
      return { flow, options: jsonOf(options) };
    },
    'passkeys.add': async ({ body }, context) => {
      const response = body.response as RegistrationResponseJSON;
      const who = requireSession(context.caller);
      return presentPasskey(await addPasskey(accounts, context.client, who, { ...body, response }));
    },
    'passkeys.remove': async ({ params }, { caller }) => {
      const { user, actor } = requireSession(caller);
      await removePasskey(accounts, actor, user.id, params.id);
    },
    'secondFactor.read': async (_ask, { caller }) => await readSecondFactor(accounts, caller.user),
    'secondFactor.create': async (_ask, { caller }) => await beginSecondFactor(accounts, requireSession(caller).user),
    'secondFactor.confirm': async ({ body }, context) => {
      const { user, actor, sessionId } = requireSession(context.caller);
      const codes = await confirmSecondFactor(accounts, actor, user, { ...body, sessionId });
      context.setCookies(await renewSession(accounts, context.client, { user, sessionId }));
      return { backupCodes: [...codes] };
    },
    'secondFactor.renewCodes': async ({ body }, { caller }) => {
      const { user, actor } = requireSession(caller);
      return { backupCodes: [...(await renewBackupCodes(accounts, actor, user, body.code))] };
    },
    'secondFactor.remove': async ({ body }, { caller }) => {
      const { user, actor } = requireSession(caller);
      await dropSecondFactor(accounts, actor, user, body.code);
    },
    'users.resetSecondFactor': async ({ params }, { caller }) => {
      await resetSecondFactor(accounts, caller.actor, params.id);
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
    'identities.linkByPassword': async ({ body }, { client, caller }) => {
      await linkByPassword(signIn, deps.captcha, client, requireSession(caller).user, body);
    },
    'identities.unlink': async ({ params }, { caller }) => {
      const { user, actor } = requireSession(caller);
      await unlinkIdentity(accounts, actor, user.id, params.id);
    },
    'signInProviders.list': async () => ({
      data: [...signIn.providers.values()].map(presentProvider),
    }),
    'signInProviders.readMetadata': async ({ body }) => ({ settings: await readMetadata(signIn, body) }),
    'signInMethods.list': async () => ({ data: await listSignInMethods(signIn) }),
    'signInMethods.create': async ({ body }, { caller }) => await createSignInMethod(signIn, caller.actor.label, body),
    'signInMethods.update': async ({ params, body }, { caller }) =>
      await changeSignInMethod(signIn, caller.actor.label, params.id, body),
    'signInMethods.delete': async ({ params }, { caller }) => {
      await removeSignInMethod(signIn, caller.actor.label, params.id);
    },
  };
};

/** What a library made, as plain JSON. */
export const jsonOf = (options: object) => z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(options)));

/** A provider with the schemas of what it is set up by. */
export const presentProvider = ({ id, label, docs, settings, secrets, readMetadata: read }: AnySignInProvider) => ({
  id,
  label,
  docs,
  settings: schemaOf(settings),
  secrets: schemaOf(secrets),
  metadata: read !== undefined,
});

const presentOption = ({ providers }: AdminDeps['signIn'], { id, name, provider, signUp }: StoredSignInMethod) => ({
  id,
  name,
  provider,
  signUp,
  byPassword: providers.get(provider)?.check !== undefined,
});

const presentPasskey = ({ id, name, createdAt, lastUsedAt }: Passkey) => ({ id, name, createdAt, lastUsedAt });
