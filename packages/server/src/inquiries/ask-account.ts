import { parseJson } from '@tollgate/wire/json/exact';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { baseUrlOf } from '../domain/base-url.ts';
import { causeOf } from '../domain/causes.ts';
import type { Target } from '../domain/rank-channels.ts';
import { redact } from '../domain/redact.ts';
import { withoutEnd } from '../domain/without-end.ts';
import { Refusal } from '../domain/refusal.ts';
import { protocols } from '../endpoints/chat/protocols.ts';
import { placeKey, type KeyAuth } from '../providers/auth.ts';
import { fillPath, fillPlain } from '../providers/path.ts';
import type { RelayDeps } from '../relay/deps.ts';
import { pathAt, prepare, type Prepared } from '../relay/plan/targets.ts';
import { authenticate } from '../relay/send/authenticate.ts';
import { fetchWhole } from '../upstream/fetch-whole.ts';
import { originOf } from '../upstream/origin.ts';
import type { UpstreamRequest } from '../upstream/upstream.ts';

export type InquiryDeps = Pick<RelayDeps, 'upstream' | 'tokens' | 'clock' | 'log'>;

const limits = { timeoutMs: 30_000, maxBytes: 16 << 20 };

/** What is asked, and how: with GET unless it is said. */
export type AccountQuestion = {
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: JsonObject;
  /** How it carries the account's key, where that is another way than that of calls. */
  readonly auth?: KeyAuth | undefined;
  /** The vendor's server that is asked in place of the one that serves; see `ModelListing`. */
  readonly at?: string | undefined;
};

/** The request that asks an account something of the gateway's own, below the base URL of its channel. */
export async function requestOf(
  deps: InquiryDeps,
  target: Target,
  question: AccountQuestion,
): Promise<UpstreamRequest> {
  const { channel, credential } = target;
  const prepared = prepare(channel, credential);
  const { 'content-type': contentType, ...usual } = prepared.headers;
  const { path, method = 'GET', body, auth } = question;
  const placed = auth && placeKey(auth, credential.values);
  const { authorization: _, ...others } = usual;
  const headers = placed ? { ...others, ...placed.headers } : usual;
  const { origin, basePath } = serverOf(target, prepared, question);
  return await authenticate(deps, target, {
    origin,
    method,
    path: pathAt(
      { basePath, query: placed?.query ?? prepared.query },
      fillPath(path, { model: '', settings: prepared.settings }),
    ),
    headers: body === undefined ? headers : { ...headers, 'content-type': contentType ?? 'application/json' },
    body: body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body)),
    connectTimeoutMs: 10_000,
  });
}

/** Who answers a question: the server of the channel's base URL, or the vendor's other one where the base URL is the vendor's own. */
function serverOf(
  { channel }: Target,
  { origin, basePath, settings }: Prepared,
  { at }: AccountQuestion,
): Pick<Prepared, 'origin' | 'basePath'> {
  if (at === undefined || channel.baseUrl !== baseUrlOf(channel.provider, channel.settings))
    return { origin, basePath };
  const url = new URL(fillPlain(at, { model: '', settings }));
  return { origin: originOf(url, channel.proxy), basePath: withoutEnd(url.pathname, '/') };
}

/**
 * Asks an account something of the gateway's own, by the client that its requests go by (its proxy and authentication
 * included). Only the channel's own server is asked (or the one that its provider names beside it): a path is put below its base URL, and a redirect
 * is a failure. Null
 * when it answers well and says nothing. Throws a refusal in words for administrators.
 */
export async function askAccount(deps: InquiryDeps, target: Target, question: AccountQuestion): Promise<Json> {
  const { provider } = target.channel;
  const request = await requestOf(deps, target, question);
  const answered = await fetchWhole(deps.upstream, request, limits).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal('upstream_unreachable', `${provider.label} could not be asked: ${redact(why)}.`);
  });
  const text = new TextDecoder().decode(answered.body);
  const json = text === '' && question.method === 'DELETE' ? null : parseJson(text);
  if (answered.status === 200 && json !== undefined) return json;
  if (answered.status === 200) throw new Refusal('upstream_error', `${provider.label} did not answer in JSON.`);
  throw refusalOf(target, answered.status, text);
}

/** The vendor's refusal, read as its first protocol has them, in words that tell no secret. */
export function refusalOf({ channel, credential }: Target, status: number, body: string): Refusal {
  const { provider } = channel;
  const failure = protocols.get(provider.dialects[0].protocol)?.egress?.readError(status, body);
  const words = redact(failure?.message ?? '', prepare(channel, credential).secrets).slice(0, 300);
  const auth = failure !== undefined && causeOf(failure, provider) === 'auth';
  return new Refusal(
    auth ? 'upstream_auth' : 'upstream_error',
    `${provider.label} answered with status ${status}${words === '' ? '' : `: ${words}`}`,
  );
}
