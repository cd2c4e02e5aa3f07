import { Refusal } from '../domain/refusal.ts';
import { isClientSecret, type ClientSecret } from '../services/client-secrets.ts';
import { admitRequest, admitTokens, refuseWhenOverloaded } from './admit/admit.ts';
import type { Call } from './call.ts';
import type { RelayDeps } from './deps.ts';
import type { Endpoint } from './endpoint.ts';
import { candidatesSoon } from './plan/wait-for-targets.ts';
import { hold } from './plan/hold.ts';
import { identify, keyText, refusalOfKey, type Presented } from './receive/identify.ts';
import { queryOf } from './receive/query.ts';
import { refuse } from './relay.ts';
import { advance, receive, type Identified, type Inspected } from './request-context.ts';
import { walkBy } from './send/walk.ts';
import type { Upgrade } from './socket/client-socket.ts';
import { connect, type Connected } from './socket/connect.ts';
import { openSession } from './socket/session.ts';
import type { SocketExchange, SocketSide } from './socket-exchange.ts';

/**
 * A session's whole life: the same steps as `relay`, whose last one connects to an upstream in place of an answer. Until
 * an upstream has accepted the session, the client is answered as any request is; undefined once it is a WebSocket, and
 * from then on the session settles itself.
 */
export async function relaySocket(
  deps: RelayDeps,
  endpoint: Endpoint,
  side: SocketSide,
  asked: Call,
  upgrade: Upgrade,
): Promise<Response | undefined> {
  // A connection that has become a WebSocket does not tell the address any more.
  const clientIp = asked.clientIp();
  const call: Call = { ...asked, clientIp: () => clientIp };
  const received = receive(call, deps.snapshot(), deps.clock.now(), deps.clock.elapsed());
  deps.load.openRequests++;
  try {
    refuseWhenOverloaded(deps, received);
    const offered = offeredBy(call.request);
    const { presented, secret } = await openedBy(deps, side, keyText(call.request) ?? keyAmong(offered, side));
    const subprotocol = chosenFrom(offered, side);
    const identified = await identify(deps, received, presented);
    await admitRequest(deps, identified);
    const inspected = inspect(side, identified, secret);
    const state: unknown = await endpoint.begin(deps, inspected);
    const planned = advance(inspected, await candidatesSoon(deps, endpoint, inspected, state));
    await admitTokens(deps, planned);
    await hold(deps, endpoint, planned);
    const connected = await walkBy<SocketExchange, Connected>(deps, planned, {
      exchange: (candidate) => side.exchange(deps, planned, state, candidate),
      send: (candidate, exchange) => connect(deps, planned, candidate, exchange),
      fallback: () => undefined,
    });
    if (connected instanceof Response) return connected;
    const opening = secret && side.opening?.(secret);
    const session = openSession({ deps, endpoint, side, context: planned, connected, presented, opening });
    const headers = { 'x-request-id': call.id, ...(subprotocol && { 'sec-websocket-protocol': subprotocol }) };
    if (upgrade(call.request, session, headers)) return undefined;
    session.abandon();
    return abandoned;
  } catch (thrown) {
    return refuse(deps, received, thrown);
  }
}

/** What is returned when there is no one to read it. */
export const abandoned = new Response(null, { status: 499 });

const noBody = { bytes: new Uint8Array(), json: null };

/** What stands for the key: itself, or that which made the client secret that was sent in its place. */
async function openedBy(
  deps: RelayDeps,
  side: SocketSide,
  text: string | undefined,
): Promise<{ readonly presented: Presented | undefined; readonly secret: ClientSecret | undefined }> {
  if (text === undefined || !side.opening || !isClientSecret(text)) return { presented: text, secret: undefined };
  const secret = await deps.clientSecrets.find(text);
  if ('refused' in secret) throw refusalOfKey(secret, 'client secret');
  return { presented: secret, secret };
}

function inspect(side: SocketSide, context: Identified, secret: ClientSecret | undefined): Inspected {
  const { request, target } = context.call;
  const query = queryOf(request.url);
  const summary = side.inspect(query, context.snapshot.settings.relay, target, secret);
  if ('invalid' in summary) throw new Refusal('invalid_request', summary.invalid, { param: summary.param });
  return advance(context, { body: noBody, summary });
}

/** The subprotocols that a client names. */
export const offeredBy = ({ headers }: Request): readonly string[] =>
  (headers.get('sec-websocket-protocol') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** The key, where a browser has put it. */
function keyAmong(offered: readonly string[], { keyPrefix }: SocketSide): string | undefined {
  const carrier = keyPrefix === undefined ? undefined : offered.find((name) => name.startsWith(keyPrefix));
  return carrier === undefined || carrier === keyPrefix ? undefined : carrier.slice(keyPrefix?.length);
}

/** The subprotocol of the session; undefined when the client asked for none. The key is never said back. */
export function chosenFrom(
  offered: readonly string[],
  { subprotocols }: Pick<SocketSide, 'subprotocols'>,
): string | undefined {
  if (offered.length === 0) return undefined;
  const chosen = offered.find((name) => subprotocols.includes(name));
  if (chosen === undefined)
    throw new Refusal(
      'invalid_request',
      `None of the subprotocols is spoken here. ${subprotocols.length === 0 ? 'Ask for none.' : `Ask for ${subprotocols.join(' or ')}.`}`,
    );
  return chosen;
}
