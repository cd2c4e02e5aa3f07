import { decodeJwt, importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import {
  fieldOf,
  type ClientCredentialsGrant,
  type JwtBearerGrant,
  type RefreshTokenGrant,
  type TokenAuth,
} from '../auth.ts';
import type { GrantedToken, TokenRequest } from './granted-token.ts';
import { writeExchange } from './token-exchange.ts';
import type { TokenSession } from './token-sessions.ts';

type Values = Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, unknown>>;

/** How long an assertion may be used. Vendors take an hour at most; their clocks and ours differ by less than this. */
const assertionSeconds = 600;

/** What is assumed of a token whose endpoint does not say: https://datatracker.ietf.org/doc/html/rfc6749#section-5.1 */
const unsaidLifeSeconds = 300;

/** The request that a credential is exchanged for a token with; `now` is ms since the epoch. Rejects on an unfit key. */
export async function writeTokenRequest(
  auth: TokenAuth,
  credential: Values,
  settings: Settings,
  now: number,
): Promise<TokenRequest> {
  const url = endpointOf(auth, credential, settings);
  const { grant } = auth;
  if (grant.type === 'refresh-token') throw new Error('a session is refreshed, not begun');
  if (grant.type === 'exchange') return writeExchange(url, grant, credential);
  return grant.type === 'client-credentials'
    ? clientCredentials(url, grant, credential)
    : formRequest(url, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await signAssertion(grant, credential, Math.floor(now / 1000)),
      });
}

const endpointOf = ({ url }: TokenAuth, credential: Values, settings: Settings): string =>
  url.replaceAll(/\{([\w.]+)\}/g, (_, name: string) => {
    const setting = settings[name];
    return encodeURIComponent(typeof setting === 'string' ? setting : (fieldOf(credential, name) ?? ''));
  });

/** The request that uses up a refresh token. */
export const writeRefreshRequest = (
  auth: TokenAuth,
  { clientId, scope }: RefreshTokenGrant,
  { credential, settings }: { readonly credential: Values; readonly settings: Settings },
  refreshToken: string,
): TokenRequest =>
  formRequest(endpointOf(auth, credential, settings), {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    ...(scope === undefined ? {} : { scope }),
  });

/** The session that an account was configured with. */
export function firstSession(grant: RefreshTokenGrant, credential: Values): TokenSession {
  const accessToken = (grant.accessToken && fieldOf(credential, grant.accessToken)) ?? '';
  return {
    accessToken,
    refreshToken: fieldOf(credential, grant.refreshToken) ?? '',
    expiresAt: expiryOf(accessToken) ?? 0,
  };
}

/** When a JWT expires, ms since the epoch; undefined for a token that is none. */
function expiryOf(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return exp === undefined ? undefined : exp * 1000;
  } catch {
    return undefined;
  }
}

function clientCredentials(url: string, grant: ClientCredentialsGrant, credential: Values): TokenRequest {
  const form = { grant_type: 'client_credentials', ...(grant.scope === undefined ? {} : { scope: grant.scope }) };
  const id = fieldOf(credential, grant.clientId) ?? '';
  const secret = fieldOf(credential, grant.clientSecret) ?? '';
  const both = { client_id: id, client_secret: secret };
  switch (grant.sentIn) {
    case 'body':
      return formRequest(url, { ...form, ...both });
    case 'query': {
      const query = new URLSearchParams({ ...form, ...both });
      return formRequest(`${url}${url.includes('?') ? '&' : '?'}${query}`, {});
    }
    case 'header': {
      // Both are encoded before they are joined: https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1
      const basic = btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`);
      const { headers, ...rest } = formRequest(url, form);
      return { ...rest, headers: { ...headers, authorization: `Basic ${basic}` } };
    }
  }
}

const formRequest = (url: string, form: Values): TokenRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
  body: new URLSearchParams(form).toString(),
});

async function signAssertion(grant: JwtBearerGrant, credential: Values, nowSeconds: number): Promise<string> {
  const { algorithm, audience, scope, keyId } = grant;
  const key = await importPKCS8(fieldOf(credential, grant.privateKey) ?? '', algorithm);
  const kid = keyId === undefined ? undefined : fieldOf(credential, keyId);
  return await new SignJWT(scope === undefined ? {} : { scope })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .setIssuer(fieldOf(credential, grant.issuer) ?? '')
    .setAudience(audience)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + assertionSeconds)
    .sign(key);
}

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().max(1e9).optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
});
const word = z.string().max(100);
/** As OAuth says it, or with an object as OpenAI does. */
const refused = z.object({ error: z.union([word, z.object({ code: word }).transform(({ code }) => code)]) });

/** Reads a token endpoint's answer; a failure is told in words that hold nothing of the credential. */
export function readTokenAnswer(
  answer: { readonly status: number; readonly body: string },
  now: number,
): GrantedToken | { readonly failure: string } {
  const json = parsed(answer.body);
  if (answer.status === 200) {
    const read = granted.safeParse(json);
    if (read.success) {
      const { access_token: token, expires_in: told, refresh_token: refreshToken } = read.data;
      const expiry = told === undefined ? expiryOf(token) : undefined;
      const lifeMs = expiry === undefined ? (told ?? unsaidLifeSeconds) * 1000 : Math.max(0, expiry - now);
      return { token, lifeMs, refreshToken };
    }
    return { failure: 'the token endpoint did not give a token' };
  }
  const code = refused.safeParse(json).data?.error;
  return { failure: `the token endpoint answered ${answer.status}${code === undefined ? '' : ` (${code})`}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
