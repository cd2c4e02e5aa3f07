import { isObject, numberAt, objectAt, parseObject, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { fieldOf, placeSecret, type ExchangeGrant } from '../auth.ts';
import type { GrantedToken, TokenRequest } from './granted-token.ts';

type Values = Readonly<Record<string, string>>;

/** The question that a token that lasts is shown with; `url` is the endpoint, filled in. */
export function writeExchange(url: string, grant: ExchangeGrant, credential: Values): TokenRequest {
  const { headers, query } = placeSecret(grant.shown, fieldOf(credential, grant.field) ?? '');
  const posted = grant.method === 'POST';
  return {
    method: grant.method,
    url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers: {
      accept: 'application/json',
      // GitHub refuses calls that do not say who calls: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
      'user-agent': 'tollgate',
      ...(posted && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: posted ? '{}' : undefined,
  };
}

/** Reads the answer; a failure is told in words that hold nothing of the credential. */
export function readExchange(
  grant: ExchangeGrant,
  { status, body }: { readonly status: number; readonly body: string },
  now: number,
): GrantedToken | { readonly failure: string } {
  const json = parseObject(body);
  if (status < 200 || status > 299) return { failure: `the token endpoint answered ${status}` };
  const token = json && textAt(json, 'token');
  if (!token) return { failure: 'the token endpoint did not give a token' };
  const until = numberAt(json, 'expires_at');
  const lifeMs = until === undefined ? grant.lifeSeconds * 1000 : Math.max(0, until * 1000 - now);
  return { token, lifeMs, headers: headersIn(grant, objectAt(json, 'headers')) };
}

/** What the answer wants on calls with its token, as far as it may say so. */
function headersIn({ headersBegin }: ExchangeGrant, listed: JsonObject | undefined): Values {
  const headers: Record<string, string> = {};
  if (headersBegin === undefined || !isObject(listed)) return headers;
  for (const [name, value] of Object.entries(listed)) {
    const key = name.toLowerCase();
    if (key.startsWith(headersBegin) && /^[a-z0-9-]+$/.test(key) && typeof value === 'string' && printable.test(value))
      headers[key] = value;
  }
  return headers;
}

const printable = /^[\x20-\x7e]*$/;
