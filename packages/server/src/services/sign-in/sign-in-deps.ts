import type { AccountDeps } from '../accounts/account-deps.ts';
import type { AttemptLimits } from '../accounts/attempt-limits.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import type { AnySignInProvider, SignInContext } from './provider.ts';

/** What signing in by way of others works with; wired in gateway.ts. */
export type SignInDeps = {
  readonly accounts: AccountDeps;
  readonly attempts: AttemptLimits;
  readonly secretBox: Pick<SecretBox, 'seal' | 'open' | 'knows' | 'reload'>;
  readonly providers: ReadonlyMap<string, AnySignInProvider>;
  /** How providers are asked. */
  readonly fetch: SignInContext['fetch'];
  /** What the DNS says of a name in TXT records; throws where it does not answer. */
  readonly resolveTxt: (name: string) => Promise<readonly string[]>;
};
