import { passthroughOf } from '../chat/protocols.ts';
import { chatEndpoints } from '../chat/endpoints.ts';
import type { Call } from '../../relay/call.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { refuseWhenOverloaded } from '../../relay/admit/admit.ts';
import { Refusal } from '../../domain/refusal.ts';
import { defineEndpoint, type Endpoint, type SocketDoor } from '../../relay/endpoint.ts';
import { identify, keyText } from '../../relay/receive/identify.ts';
import { refuse } from '../../relay/relay.ts';
import { abandoned, chosenFrom, offeredBy } from '../../relay/relay-socket.ts';
import { receive } from '../../relay/request-context.ts';
import { openConnection } from './connection.ts';

/**
 * Responses over a WebSocket (`wss /v1/responses`): each `response.create` is a request of its own, relayed and charged like
 * one over HTTP, and its events come back one a frame. What differs is what the connection remembers for its client.
 */
export const responsesSocketEndpoint: Endpoint = defineEndpoint({
  id: 'responses-socket',
  title: 'OpenAI Responses over a WebSocket',
  routes: [{ method: 'GET', path: '/v1/responses' }],
  protocol: 'openai-responses',
  operation: 'chat',
  errors: passthroughOf('openai-responses'),
  body: 'none',
  answers: ['websocket'],
  // The connection costs nothing; what is asked over it is charged by the endpoint that it is asked of.
  charged: false,
  inspect: noPlainRequest,
  begin: noPlainRequest,
  exchange: noPlainRequest,
  serveSocket: serve,
});

function noPlainRequest(): never {
  throw new Error('a plain request came to an endpoint of WebSockets');
}

async function serve(deps: RelayDeps, asked: Call, door: SocketDoor): Promise<Response | undefined> {
  // A connection that has become a WebSocket does not tell the address any more.
  const clientIp = asked.clientIp();
  const call: Call = { ...asked, clientIp: () => clientIp };
  const context = receive(call, deps.snapshot(), deps.clock.now(), deps.clock.elapsed());
  deps.load.openRequests++;
  try {
    refuseWhenOverloaded(deps, context);
    if (!call.request.headers.has('sec-websocket-key'))
      throw new Refusal('upgrade_required', 'This is no handshake of a WebSocket (RFC 6455).');
    chosenFrom(offeredBy(call.request), { subprotocols: [] });
    const key = keyText(call.request);
    const identified = await identify(deps, context, key);
    const headers = headersForTurns(call.request.headers, key);
    const connection = openConnection({ deps, door, context: identified, endpoint: responses(), headers });
    if (door.upgrade(call.request, connection, { 'x-request-id': call.id })) return undefined;
    connection.closed(1006);
    return abandoned();
  } catch (thrown) {
    return refuse(deps, context, thrown);
  }
}

/** The endpoint that each request over the connection is one of. */
function responses(): Endpoint {
  const found = chatEndpoints.find(({ id }) => id === 'responses');
  if (!found) throw new Error('there is no endpoint of Responses');
  return found;
}

/** What the client said of all its requests as it connected. */
function headersForTurns(from: Headers, key: string | undefined): Headers {
  const headers = new Headers(from);
  for (const name of from.keys())
    if (name.startsWith('sec-websocket') || ofTheConnection.has(name)) headers.delete(name);
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  headers.set('content-type', 'application/json');
  headers.set('accept', 'text/event-stream');
  return headers;
}

const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'upgrade',
  'host',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'accept-encoding',
  'x-api-key',
]);
