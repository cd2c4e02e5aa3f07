import type { ProtocolId } from '@tollgate/wire/protocol';
import { countTokens } from '../../relay/chat/count-tokens.ts';
import { refusalOf, wordsOfRefusal } from '../../relay/answer/error-answer.ts';
import { groupOf, identify } from '../../relay/receive/identify.ts';
import { passthroughOf } from '../../relay/chat/protocols.ts';
import { Refusal } from '../../domain/refusal.ts';
import { relay } from '../../relay/relay.ts';
import { storedResponse } from '../../relay/stored/stored-responses.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { findModel, listModels, presentList, presentModel } from './models.ts';
import { routeOf } from './route.ts';

/** What of a connection the routes need. */
export type Peer = { clientIp(request: Request): string };

/**
 * Everything under `/v1` and `/v1beta`. Plain lookups instead of a router: this runs once for every request there is.
 * Browsers may call it from anywhere, because the key is in a header and never in a cookie.
 */
export function createV1(deps: RelayDeps, newId: () => string, peer: Peer) {
  return function v1(request: Request, path: string): Response | Promise<Response> {
    const id = `req_${newId()}`;
    if (request.method === 'OPTIONS') return preflight();
    const clientIp = (): string => peer.clientIp(request);
    const route = routeOf(request.method, path, queryOf(request.url), request.headers);
    if (route.kind === 'relay') {
      const { operation, path: named, framing } = route;
      const call = { id, request, protocol: passthroughOf(route.protocol), operation, path: named, framing, clientIp };
      return operation === 'count-tokens' ? countTokens(deps, call) : relay(deps, call);
    }
    if (route.kind === 'stored') {
      const { action } = route;
      const protocol = passthroughOf(route.protocol);
      const call = { id, request, protocol, operation: 'chat', path: {}, framing: 'sse', clientIp } as const;
      return storedResponse(deps, call, route.id, action);
    }
    return answer(route.protocol, id, async () => {
      if (route.kind === 'wrong_method')
        throw new Refusal('method_not_allowed', `The method ${request.method} is not allowed for ${path}.`);
      if (route.kind !== 'models') throw new Refusal('unknown_path', `Invalid URL (${request.method} ${path})`);
      const snapshot = deps.snapshot();
      const key = await identify(deps, request, clientIp, deps.clock.now(), snapshot);
      const group = groupOf(key);
      if (route.model === undefined) return presentList(route.protocol, listModels(snapshot, key, group));
      const model = findModel(snapshot, key, group, route.model);
      if (!model)
        throw new Refusal('model_not_found', `The model "${route.model}" does not exist.`, { param: 'model' });
      return presentModel(route.protocol, model);
    });
  };
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}

async function answer(protocol: ProtocolId, id: string, body: () => Promise<object>): Promise<Response> {
  try {
    return json(200, await body(), id);
  } catch (thrown) {
    return refusalAnswer(protocol, refusalOf(thrown), id);
  }
}

const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

const json = (status: number, body: object, id: string, more: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': id, ...cors, ...more },
  });

/** A refusal in the words of the protocol that was spoken. */
function refusalAnswer(protocol: ProtocolId, refusal: Refusal, id: string): Response {
  const more: Record<string, string> = {};
  if (refusal.retryAfterSeconds !== undefined) more['retry-after'] = `${refusal.retryAfterSeconds}`;
  if (refusal.status === 405) more['allow'] = 'GET, POST, OPTIONS';
  return json(refusal.status, passthroughOf(protocol).writeError(wordsOfRefusal(refusal), id), id, more);
}

const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-headers': '*, authorization',
      'access-control-max-age': '86400',
    },
  });
