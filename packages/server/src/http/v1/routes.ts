import type { ErrorCode } from '@tollgate/contract/errors';
import { errors } from '@tollgate/contract/errors';
import { openaiChat } from '@tollgate/wire/protocols/openai-chat/protocol';
import type { Operation } from '@tollgate/wire/protocol';
import { identify, groupOf } from '../../relay/identify.ts';
import type { ClientProtocol } from '../../relay/journey.ts';
import { Refusal } from '../../relay/refusal.ts';
import { relay } from '../../relay/relay.ts';
import type { World } from '../../relay/world.ts';
import { describeModel, listModels } from './models.ts';

/** What of a connection the routes need. */
export type Peer = { clientIp(request: Request): string };

type Relayed = { readonly protocol: ClientProtocol; readonly operation: Operation };

/** Paths that relay a POST, and the protocol they speak. */
const relayed: Readonly<Record<string, Relayed>> = {
  '/v1/chat/completions': { protocol: openaiChat, operation: 'chat' },
  '/v1/completions': { protocol: openaiChat, operation: 'completions' },
};

/**
 * Everything under `/v1`. Plain lookups instead of a router: this runs once for every request there is.
 * Browsers may call it from anywhere, because the key is in a header and never in a cookie.
 */
export function createV1(world: World, newId: () => string, peer: Peer) {
  return function v1(request: Request, path: string): Response | Promise<Response> {
    const id = `req_${newId()}`;
    const clientIp = (): string => peer.clientIp(request);
    const route = relayed[path];
    if (route && request.method === 'POST')
      return relay(world, {
        id,
        request,
        protocol: route.protocol,
        operation: route.operation,
        path: {},
        framing: 'sse',
        clientIp,
      });
    if (request.method === 'OPTIONS') return preflight();
    return answerAsync(id, () => other(world, request, path, route !== undefined, clientIp));
  };
}

async function answerAsync(id: string, answer: () => Promise<object>): Promise<Response> {
  try {
    return json(200, await answer(), id);
  } catch (thrown) {
    if (thrown instanceof Refusal) return refusalAnswer(thrown, id);
    return refusalAnswer(new Refusal('internal_error', 'The gateway made a mistake.'), id);
  }
}

async function other(
  world: World,
  request: Request,
  path: string,
  known: boolean,
  clientIp: () => string,
): Promise<object> {
  const models = path === '/v1/models' || path.startsWith('/v1/models/');
  if (known || (models && request.method !== 'GET'))
    throw new Refusal('method_not_allowed', `The method ${request.method} is not allowed for ${path}.`);
  if (!models) throw new Refusal('unknown_path', `Invalid URL (${request.method} ${path})`);
  const snapshot = world.snapshot();
  const key = await identify(world, request.headers, clientIp, world.clock.now(), snapshot);
  const group = groupOf(key);
  if (path === '/v1/models') return listModels(snapshot, key, group);
  const name = decodeURIComponent(path.slice('/v1/models/'.length));
  const model = describeModel(snapshot, key, group, name);
  if (!model) throw new Refusal('model_not_found', `The model "${name}" does not exist.`, { param: 'model' });
  return model;
}

const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

const json = (status: number, body: object, id: string, more: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': id, ...cors, ...more },
  });

function refusalAnswer(refusal: Refusal, id: string): Response {
  const words = {
    status: refusal.status,
    code: refusal.code satisfies ErrorCode,
    type: errors[refusal.code].type,
    message: refusal.message,
    param: refusal.param,
  };
  const more = refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': `${refusal.retryAfterSeconds}` };
  return json(refusal.status, openaiChat.writeError(words, id), id, more);
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
