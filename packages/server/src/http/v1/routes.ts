import { shorten } from '@tollgate/wire/text';
import { createMatcher } from '../../endpoints/match.ts';
import { endpoints } from '../../endpoints/index.ts';
import { speakerOf } from '../../endpoints/speaker.ts';
import { Refusal } from '../../domain/refusal.ts';
import { answerUnread } from '../../relay/answer/answer-unread.ts';
import { refusalOf, wordsOfRefusal } from '../../relay/answer/error-answer.ts';
import type { ErrorFormat } from '../../relay/call.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Spending } from '../../services/activity/spending.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import { findKey } from '../../relay/receive/identify.ts';
import { queryOf } from '../../relay/receive/query.ts';
import { relay } from '../../relay/relay.ts';
import { relaySocket } from '../../relay/relay-socket.ts';
import type { Upgrade } from '../../relay/socket/client-socket.ts';
import { findLookUp } from './look-ups.ts';

/** What of a connection the routes need. */
export type Peer = {
  clientIp(request: Request): string;
  readonly upgrade: Upgrade;
  spendingOf(key: KeyRecord): Promise<Spending>;
};

/**
 * Everything under `/v1` and `/v1beta`. Plain lookups instead of a router: this runs once for every request there is.
 * Browsers may call it from anywhere, because the key is in a header and never in a cookie.
 */
export function createV1(deps: RelayDeps, newId: () => string, peer: Peer, table = endpoints) {
  const match = createMatcher(table);
  const newCallId = (): string => `req_${newId()}`;
  /** Undefined for a connection that has become a WebSocket. */
  return function v1(request: Request, path: string): Response | Promise<Response | undefined> {
    const id = newCallId();
    const { method, headers, url } = request;
    if (method === 'OPTIONS') return preflight();
    const clientIp = (): string => peer.clientIp(request);
    const matched = match(method, path, () => queryOf(url), headers);
    if (matched && 'endpoint' in matched) {
      const { endpoint, target } = matched;
      if (method === 'GET') {
        const { socket, serveSocket } = endpoint;
        const wanted = wantsSocket(headers);
        if (serveSocket && wanted)
          return serveSocket(deps, { id, request, endpoint, target, clientIp }, { upgrade: peer.upgrade, newCallId });
        if (socket && wanted)
          return relaySocket(deps, endpoint, socket, { id, request, endpoint, target, clientIp }, peer.upgrade);
        if (socket || serveSocket)
          return refusalAnswer(request, endpoint.errors, new Refusal('upgrade_required', socketOnly), id);
        if (wanted) return refusalAnswer(request, endpoint.errors, noSocket(path), id);
      }
      if (endpoint.open)
        return endpoint
          .open(deps, { id, request, endpoint, target, clientIp })
          .catch((thrown: unknown) => refusalAnswer(request, endpoint.errors, refusalOf(thrown), id));
      return relay(deps, endpoint, { id, request, endpoint, target, clientIp });
    }
    const speaker = speakerOf(path, headers);
    const lookUp = matched ? undefined : findLookUp(path);
    const reads = method === 'GET' || method === 'HEAD';
    return answer(request, matched?.wrongMethod.errors ?? speaker, id, async () => {
      if (matched && wantsSocket(headers)) throw noSocket(path);
      if (matched || (lookUp && !reads))
        throw new Refusal('method_not_allowed', `The method ${method} is not allowed for ${shorten(path)}.`);
      if (!lookUp) throw new Refusal('unknown_path', `Invalid URL (${method} ${shorten(path)})`);
      const snapshot = deps.snapshot();
      const now = deps.clock.now();
      const key = await findKey(deps, request, clientIp, now, snapshot);
      return await lookUp({ key, snapshot, now, protocol: speaker.id, spendingOf: peer.spendingOf });
    });
  };
}

const wantsSocket = (headers: Headers): boolean => headers.get('upgrade')?.toLowerCase() === 'websocket';
const socketOnly = 'Sessions are held by WebSocket here; send the request as an upgrade to one.';
/** 426, because a client that could do without (Codex) does so upon no other status. */
const noSocket = (path: string): Refusal =>
  new Refusal('upgrade_required', `No sessions by WebSocket are held at ${shorten(path)}; send plain HTTP requests.`);

async function answer(
  request: Request,
  errors: ErrorFormat,
  id: string,
  body: () => Promise<object>,
): Promise<Response> {
  try {
    return json(request, 200, await body(), id);
  } catch (thrown) {
    return refusalAnswer(request, errors, refusalOf(thrown), id);
  }
}

const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

const json = (
  request: Request,
  status: number,
  body: object,
  id: string,
  more: Readonly<Record<string, string>> = {},
): Response =>
  answerUnread(request, JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': id, ...cors, ...more },
  });

/** A refusal in the words of the protocol that was spoken. */
function refusalAnswer(request: Request, errors: ErrorFormat, refusal: Refusal, id: string): Response {
  const more: Record<string, string> = {};
  if (refusal.retryAfterSeconds !== undefined) more['retry-after'] = `${refusal.retryAfterSeconds}`;
  // What is to be spoken instead (RFC 9110, 15.5.22).
  if (refusal.status === 426) more['upgrade'] = wantsSocket(request.headers) ? 'HTTP/1.1' : 'websocket';
  if (refusal.status === 405) more['allow'] = 'GET, POST, OPTIONS';
  const words = wordsOfRefusal(refusal);
  return json(request, errors.statusOf?.(words) ?? refusal.status, errors.writeError(words, id), id, more);
}

const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': 'GET, POST, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': '*, authorization',
      'access-control-max-age': '86400',
    },
  });
