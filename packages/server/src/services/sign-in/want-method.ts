import type { SignInMethodInput } from '@tollgate/contract/api/sign-in';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { signInMethodContext } from '../secret-box/contexts.ts';
import type { SignInDeps } from './sign-in-deps.ts';

/** What a method is to be; secrets in the open, all of them. */
export type WantedSignIn = SignInMethodInput;

/** What a method is checked against, and sealed with. */
export type SignInWorld = {
  readonly providers: SignInDeps['providers'];
  readonly secretBox: Pick<SignInDeps['secretBox'], 'seal'>;
};

/** The method that is wanted, checked by its provider; refuses what does not fit. */
export function wantSignInMethod(
  { providers, secretBox }: SignInWorld,
  input: WantedSignIn,
  fixed: Pick<StoredSignInMethod, 'id' | 'owner' | 'teamId' | 'administrators' | 'createdAt' | 'updatedAt'>,
): StoredSignInMethod {
  const provider = providers.get(input.provider);
  if (provider === undefined)
    throw new Refusal('invalid_request', `There is no sign-in provider "${input.provider}".`, { param: 'provider' });
  const checked = z
    .object({ settings: provider.settings, secrets: provider.secrets })
    .safeParse({ settings: input.settings, secrets: input.secrets });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const param = issue?.path.join('.') ?? 'settings';
    throw new Refusal('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}`, { param });
  }
  const { settings, secrets } = checked.data;
  return {
    ...fixed,
    name: input.name,
    provider: provider.id,
    enabled: input.enabled,
    signUp: input.signUp,
    position: input.position,
    settings: JSON.stringify(settings),
    sealed: secretBox.seal(JSON.stringify(secrets), signInMethodContext(fixed.id)),
  };
}

/** A stored method as it is written, without its secrets. */
export const signInInputOf = (method: StoredSignInMethod): Omit<WantedSignIn, 'secrets'> => ({
  name: method.name,
  provider: method.provider,
  enabled: method.enabled,
  position: method.position,
  signUp: method.signUp,
  settings: z.record(z.string(), z.json()).parse(JSON.parse(method.settings)),
});

/** The secrets of a method, opened. */
export const openSecrets = (
  secretBox: Pick<SignInDeps['secretBox'], 'open'>,
  { id, sealed }: StoredSignInMethod,
): Record<string, string> =>
  z.record(z.string(), z.string()).parse(JSON.parse(secretBox.open(sealed, signInMethodContext(id))));
