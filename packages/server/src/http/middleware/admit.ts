import { ownAccount, reachOf, type Permission, type Reach } from '@tollgate/contract/permissions';
import { Refusal } from '../../domain/refusal.ts';
import type { AccountDeps } from '../../services/accounts/account-deps.ts';
import type { ClientInfo } from '../../services/accounts/client-info.ts';
import { hasSecondFactor, needsSecondFactor } from '../../services/accounts/second-factor.ts';
import { hasSessionCookie } from '../../services/accounts/sessions.ts';
import type { Caller } from '../admin/operation.ts';
import { identifyCaller } from './identify-caller.ts';
import { askingPage, isCrossSite, mayUseCookies, ownHostsOf, provesSameOrigin } from './same-origin.ts';

type Asked = { readonly request: Request; readonly host: string | null };

/** Lets a call of nobody in particular pass, unless a page of another site is behind it. */
export function admitAnybody(deps: AccountDeps, { request, host }: Asked): void {
  if (isCrossSite(request, hostsOf(deps, host))) throw crossSite();
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (changes || hasSessionCookie(request.headers)) refuseStrangeHost(deps, { request, host });
}

/** Who calls and whose things they reach with a permission, with cookies for the answer; refuses everybody else. */
export async function admitCaller(
  deps: AccountDeps,
  { request, host }: Asked,
  client: ClientInfo,
  permission: Permission,
  options = { renew: true },
): Promise<{ readonly caller: Caller; readonly reach: Reach; readonly cookies: readonly string[] }> {
  const found = await identifyCaller(deps, client, options);
  if (found === undefined) throw new Refusal('unauthenticated', 'Sign in, or send a valid access token.');
  const { caller, cookies } = found;
  if (caller.via === 'session') {
    refuseStrangeHost(deps, { request, host });
    if (!provesSameOrigin(request, hostsOf(deps, host))) throw crossSite();
  }
  const { actor, token } = caller;
  if (reachOf(permission, { ...actor, scope: undefined }) === undefined)
    throw new Refusal('forbidden', 'Your role does not allow this.');
  const reach = reachOf(permission, actor);
  if (reach === undefined)
    throw new Refusal(
      'forbidden',
      token?.readOnly === true ? 'This token may only read.' : `The scopes of this token do not include ${permission}.`,
    );
  if (!ownAccount.has(permission)) await refuseWithoutSecondFactor(deps, caller);
  return { caller, reach, cookies };
}

/** Whoever must have a second factor and has none does nothing but set one up, by whatever way they came. */
async function refuseWithoutSecondFactor(deps: AccountDeps, { user }: Caller): Promise<void> {
  if (!needsSecondFactor(deps, user) || (await hasSecondFactor(deps, user.id))) return;
  throw new Refusal(
    'second_factor_missing',
    'On this gateway you must have a second factor. Set one up on your account page first.',
  );
}

const publicUrlOf = (deps: AccountDeps): string => deps.snapshot().settings.site.publicUrl;

const hostsOf = (deps: AccountDeps, host: string | null): readonly string[] => ownHostsOf(host, publicUrlOf(deps));

function refuseStrangeHost(deps: AccountDeps, { request, host }: Asked): void {
  const publicUrl = publicUrlOf(deps);
  if (mayUseCookies(host, publicUrl, askingPage(request.headers))) return;
  throw new Refusal(
    'cross_site_request',
    `This gateway is entered at ${publicUrl}. A proxy in front of it must pass the Host header on.`,
  );
}

const crossSite = (): Refusal =>
  new Refusal('cross_site_request', 'This call does not prove to come from the console. Scripts use access tokens.');
