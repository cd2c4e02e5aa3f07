import { Refusal } from '../../domain/refusal.ts';
import type { Target } from '../../domain/rank-channels.ts';
import {
  placeSecret,
  type JwtAuth,
  type Placement,
  type SignatureAuth,
  type TokenAuth,
  type VolcAuth,
} from '../../providers/auth.ts';
import { ownToken } from '../../providers/shared/own-tokens.ts';
import { signV4 } from '../../providers/shared/sigv4.ts';
import { TokenFailure, type AccessToken, type AskToken, type TokenOwner } from '../../providers/shared/token-cache.ts';
import { signVolc } from '../../providers/shared/volc-signature.ts';
import { fetchWhole } from '../../upstream/fetch-whole.ts';
import { originOf } from '../../upstream/origin.ts';
import { hostHeaderOf } from '../../upstream/request-head.ts';
import type { UpstreamClient, UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../deps.ts';
import { prepare } from '../plan/targets.ts';

type Deps = Pick<RelayDeps, 'tokens' | 'clock' | 'log'>;

/**
 * The request with what authenticates this one call, put over its other headers. At once where every call of the account
 * carries the same, which is nearly everywhere. Rejects with a refusal when there is no token for it.
 */
export function authenticate(
  deps: Deps,
  target: Target,
  request: UpstreamRequest,
): UpstreamRequest | Promise<UpstreamRequest> {
  const { perCall } = prepare(target.channel, target.credential);
  switch (perCall?.by) {
    case undefined:
      return request;
    case 'sigv4':
    case 'volc':
      return sign(deps, target, request, perCall);
    case 'jwt':
      return withOwnToken(deps, target, request, perCall);
    case 'token': {
      const access = tokenFor(deps, target, perCall);
      return access instanceof Promise
        ? access.then((late) => withToken(request, perCall, late))
        : withToken(request, perCall, access);
    }
  }
}

async function sign(
  deps: Deps,
  { channel, credential }: Target,
  request: UpstreamRequest,
  auth: SignatureAuth | VolcAuth,
): Promise<UpstreamRequest> {
  const { method, origin, path, headers, body = noBytes } = request;
  // The signature is over all of it, and stands before it.
  if (!(body instanceof Uint8Array)) throw new Error('a streamed body cannot be signed');
  const url = `${origin.tls ? 'https' : 'http'}://${hostHeaderOf(origin)}${path}`;
  const call = { method, url, headers, body, at: deps.clock.now() };
  const signing =
    auth.by === 'volc'
      ? signVolc(call, auth, credential.values, channel.settings)
      : signV4(call, auth, credential.values, channel.settings);
  return withHeaders(request, await signing);
}

async function withOwnToken(
  { clock }: Deps,
  { credential }: Target,
  request: UpstreamRequest,
  auth: JwtAuth,
): Promise<UpstreamRequest> {
  return placedOn(request, auth.placed, await ownToken(auth, credential.values, clock.now()));
}

const noBytes = new Uint8Array();

const withHeaders = (request: UpstreamRequest, more: Readonly<Record<string, string>>): UpstreamRequest => ({
  ...request,
  headers: { ...request.headers, ...more },
});

const ownerOf = ({ channel, credential }: Target, auth: TokenAuth): TokenOwner => ({
  auth,
  credential: credential.values,
  settings: channel.settings,
  proxy: channel.proxy,
});

/** An account's token; a failure to get one becomes the refusal of a request that cannot be put to the account. */
function tokenFor(deps: Deps, target: Target, auth: TokenAuth): AccessToken | Promise<AccessToken> {
  const access = deps.tokens.get(ownerOf(target, auth));
  if (!(access instanceof Promise)) return access;
  return access.catch((error: unknown) => {
    if (!(error instanceof TokenFailure)) throw error;
    deps.log.warn({ channelId: target.channel.id, credential: target.credential.index, err: error }, 'no access token');
    throw error.refused
      ? new Refusal(
          'upstream_auth',
          'The upstream gives the gateway no access token. An administrator must look at it.',
        )
      : new Refusal('upstream_unreachable', 'The upstream’s access tokens cannot be had at the moment.');
  });
}

/** Which token a request carries, for when it is refused. */
const carried = new WeakMap<UpstreamRequest, string>();

function placedOn(request: UpstreamRequest, placed: Placement, token: string): UpstreamRequest {
  const { headers, query } = placeSecret(placed, token);
  const path = query === '' ? request.path : `${request.path}${request.path.includes('?') ? '&' : '?'}${query}`;
  return { ...withHeaders(request, headers), path };
}

function withToken(request: UpstreamRequest, auth: TokenAuth, { token, headers }: AccessToken): UpstreamRequest {
  const authentic = placedOn(withHeaders(request, headers), auth.placed, token);
  carried.set(authentic, token);
  return authentic;
}

/** The upstream refused the credentials of a request: a token that it carried is not used again. */
export function dropToken(deps: Deps, target: Target, request: UpstreamRequest): void {
  const { perCall } = prepare(target.channel, target.credential);
  const token = carried.get(request);
  if (perCall?.by === 'token' && token !== undefined) deps.tokens.drop(ownerOf(target, perCall), token);
}

const tokenLimits = { timeoutMs: 30_000, maxBytes: 1 << 20 };

/** Asks token endpoints through the client that everything else upstream is asked by. */
export const askTokenThrough =
  (client: UpstreamClient): AskToken =>
  async ({ method, url, headers, body, proxy }) => {
    const to = new URL(url);
    const answer = await fetchWhole(
      client,
      {
        origin: originOf(to, proxy),
        method,
        path: to.pathname + to.search,
        headers,
        body: body === undefined ? undefined : new TextEncoder().encode(body),
        connectTimeoutMs: 10_000,
      },
      tokenLimits,
    );
    return { status: answer.status, body: new TextDecoder().decode(answer.body) };
  };
