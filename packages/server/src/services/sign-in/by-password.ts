import type { ClientInfo } from '../accounts/client-info.ts';
import type { Captcha } from '../accounts/captcha.ts';
import { personActor } from '../accounts/account-deps.ts';
import type { Entered } from '../accounts/enter.ts';
import type { User } from '../../store/users.ts';
import { Refusal } from '../../domain/refusal.ts';
import { assertPolicy, signInAs } from './finish.ts';
import { linkIdentity, newIdentity } from './identities.ts';
import { openSignInMethod, type OpenSignInMethod } from './open-method.ts';
import type { Credentials, Profile } from './provider.ts';
import type { SignInDeps } from './sign-in-deps.ts';

/** Failures that are nothing to wonder at; beyond them it is to be shown that no program tries. */
const freeFailures = 3;

type Ask = Credentials & { readonly methodId: string; readonly captcha?: string | undefined };

/** Signs somebody in by a name and a password that a directory of the operator's knows. */
export async function signInByPassword(
  deps: SignInDeps,
  captcha: Captcha,
  client: ClientInfo,
  ask: Ask & { readonly remember: boolean },
): Promise<Entered> {
  const { open, profile } = await prove(deps, captcha, client, ask);
  return await signInAs(deps, client, open, profile, { remember: ask.remember, invitation: undefined });
}

/** Links somebody's entry in such a directory to the account that they are signed in to. */
export async function linkByPassword(
  deps: SignInDeps,
  captcha: Captcha,
  client: ClientInfo,
  user: User,
  ask: Ask,
): Promise<void> {
  const { open, profile } = await prove(deps, captcha, client, ask);
  const { subject, label } = newIdentity(deps.accounts, { userId: user.id, methodId: open.method.id, profile });
  const { id: methodId, name: method } = open.method;
  await linkIdentity(deps.accounts, personActor(user), { userId: user.id, methodId, method, subject, label });
}

/** Who it is, counted like any password: before it is looked at, for all processes together. */
async function prove(
  deps: SignInDeps,
  captcha: Captcha,
  client: ClientInfo,
  ask: Ask,
): Promise<{ readonly open: OpenSignInMethod; readonly profile: Profile }> {
  const open = await openSignInMethod(deps, ask.methodId);
  const { provider, context, method } = open;
  if (provider.check === undefined)
    throw new Refusal('invalid_request', `${method.name} takes no password here.`, { param: 'methodId' });
  const account = `(${method.id} as ${ask.login.toLowerCase()})`;
  const attempt = await deps.attempts.begin({ account, address: client.address });
  let profile: Profile;
  try {
    if (attempt.failures >= freeFailures) await captcha.assert(ask.captcha, client.address);
    profile = await provider.check(context, ask);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'invalid_credentials')) await attempt.withdrawn();
    throw error;
  }
  await attempt.succeeded();
  assertPolicy(open, profile);
  return { open, profile };
}
