import { Refusal } from '../../domain/refusal.ts';
import { withoutEnd } from '../../domain/without-end.ts';
import { signInMethodRepository, type StoredSignInMethod } from '../../store/sign-in/methods.ts';
import type { AnySignInProvider, SignInContext } from './provider.ts';
import type { SignInDeps } from './sign-in-deps.ts';
import { openSecrets } from './want-method.ts';

/** A method with its provider, settings and opened secrets. */
export type OpenSignInMethod = {
  readonly method: StoredSignInMethod;
  readonly provider: AnySignInProvider;
  readonly context: SignInContext;
};

/** Each method has an address of its own, so that no provider's answer can be passed off as another's. */
export const redirectUriOf = (publicUrl: string, methodId: string): string =>
  `${withoutEnd(publicUrl, '/')}/sign-in/${methodId}`;

/** Opens a method that is in force; refuses the rest alike, so that nobody learns what is switched off. */
export async function openSignInMethod(deps: SignInDeps, id: string): Promise<OpenSignInMethod> {
  const { accounts, providers, secretBox } = deps;
  const method = await signInMethodRepository.find(accounts.database.db, id);
  const provider = method?.enabled === true ? providers.get(method.provider) : undefined;
  if (method === undefined || provider === undefined)
    throw new Refusal('not_found', 'There is no such way to sign in.', { param: 'methodId' });
  const { publicUrl } = accounts.snapshot().settings.site;
  if (publicUrl === '')
    throw new Refusal('conflict', 'This way to sign in needs the address of this gateway: set site.publicUrl first.');
  if (!secretBox.knows(method.sealed)) await secretBox.reload();
  const settings: unknown = JSON.parse(method.settings);
  return {
    method,
    provider,
    context: {
      settings,
      secrets: openSecrets(secretBox, method),
      fetch: deps.fetch,
      redirectUri: redirectUriOf(publicUrl, id),
      name: method.name,
      now: accounts.now(),
    },
  };
}

/** Methods that have a button: switched on, and of a provider that is known. */
export async function listSignInOptions(
  deps: Pick<SignInDeps, 'accounts' | 'providers'>,
): Promise<readonly StoredSignInMethod[]> {
  const { database, snapshot } = deps.accounts;
  if (snapshot().settings.site.publicUrl === '') return [];
  const methods = await signInMethodRepository.ofTeam(database.db, undefined);
  return methods.filter(({ enabled, provider }) => enabled && deps.providers.has(provider));
}
