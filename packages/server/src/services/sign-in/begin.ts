import * as oauth from 'oauth4webapi';
import { Refusal } from '../../domain/refusal.ts';
import { markBrowser, putFlow } from '../accounts/flows.ts';
import type { ClientInfo } from '../accounts/client-info.ts';
import { openSignInMethod } from './open-method.ts';
import type { SignInDeps } from './sign-in-deps.ts';

export const signInPurpose = 'sign-in';

/** What a sign-in that is under way is bound to. */
export type SignInFlow = {
  readonly methodId: string;
  /** The browser in which it was begun. */
  readonly mark: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly remember: boolean;
  /** Code of whoever invited them, should an account come of it. */
  readonly invitation?: string | undefined;
  /** The session whose account an identity is to be linked to; null to sign in. */
  readonly link: { readonly userId: string; readonly sessionId: string } | null;
};

/** Sign-ins that may be begun from one address: each is written down, and most ask a provider first. */
const mostBegun = { most: 600, ms: 15 * 60_000 };

/** Begins a sign-in, or the linking of an identity; returns where the browser goes. */
export async function beginSignIn(
  deps: SignInDeps,
  client: ClientInfo,
  ask: Pick<SignInFlow, 'methodId' | 'remember' | 'link' | 'invitation'>,
): Promise<{ readonly url: string; readonly cookies: readonly string[] }> {
  if (ask.link === null && !(await deps.attempts.spend(`sign-ins from ${client.address}`, mostBegun)))
    throw new Refusal('too_many_attempts', 'Too many sign-ins were begun. Try again later.', { retryAfterMs: 60_000 });
  const { provider, context, method } = await openSignInMethod(deps, ask.methodId);
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const url = await provider.begin(context, { state, nonce, codeVerifier });
  // It may be what somebody's discovery document says: nothing that the console's own page would run.
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Refusal('sign_in_failed', `${method.name} names no page to sign in at.`);
  const { mark, cookies } = markBrowser(deps.accounts, client);
  const payload: SignInFlow = { ...ask, mark, nonce, codeVerifier };
  await putFlow(deps.accounts, signInPurpose, { text: state, userId: ask.link?.userId, payload });
  return { url: url.href, cookies };
}
