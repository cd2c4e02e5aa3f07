import { isObject } from '@tollgate/wire/json/fields';
import { readJson } from '@tollgate/wire/json/read';
import type { JsonObject } from '@tollgate/wire/protocol';
import { encodeText } from '@tollgate/wire/text';
import { Refusal } from '../domain/refusal.ts';
import { isClientSecret, type ClientSecret } from '../services/client-secrets.ts';
import { admitRequest, admitTokens, refuseWhenOverloaded } from './admit/admit.ts';
import { refuseBlockedWords } from './admit/blocked-words.ts';
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
import { settleUnserved } from './settle/settle.ts';
import type { ClientEvents, Upgrade } from './socket/client-socket.ts';
import { connect, type Connected } from './socket/connect.ts';
import { awaitFirstFrame, type Farewell } from './socket/first-frame.ts';
import { openSession } from './socket/session.ts';
import { sayingOf } from './socket/session-end.ts';
import type { Frame } from '../upstream/upstream-socket.ts';
import type { ByFirstFrame, ByQuery, SocketExchange, SocketSide } from './socket-exchange.ts';

/** A session on its way: what is the same whether its query or its first frame says what it is to be. */
type Line = {
  readonly deps: RelayDeps;
  readonly endpoint: Endpoint;
  readonly side: SocketSide;
  readonly presented: Presented | undefined;
  readonly secret: ClientSecret | undefined;
};

/**
 * A session's whole life: the same steps as `relay`, whose last one connects to an upstream in place of an answer. Until
 * an upstream has accepted the session, the client is answered as any request is, unless it has to be a WebSocket to say
 * what it wants; undefined once it is one, and from then on the session settles itself.
 */
export async function relaySocket(
  deps: RelayDeps,
  endpoint: Endpoint,
  side: SocketSide,
  asked: Call,
  upgrade: Upgrade,
): Promise<Response | undefined> {
  const left = new AbortController();
  const call = 'inspectFirst' in side ? upgradedCall(asked, left.signal) : ofAddress(asked);
  const received = receive(call, deps.snapshot(), deps.clock.now(), deps.clock.elapsed());
  deps.load.openRequests++;
  try {
    refuseWhenOverloaded(deps, received);
    const offered = offeredBy(call.request);
    const key = keyText(call.request) ?? keyAmong(offered, side) ?? keyInQuery(call.request, side);
    const { presented, secret } = await openedBy(deps, side, key);
    const subprotocol = chosenFrom(offered, side);
    const identified = await identify(deps, received, presented);
    await admitRequest(deps, identified);
    const line: Line = { deps, endpoint, side, presented, secret };
    const headers = { 'x-request-id': call.id, ...(subprotocol && { 'sec-websocket-protocol': subprotocol }) };
    if ('inspectFirst' in side) {
      const waiting = awaitFirst(line, side, identified, left);
      if (upgrade(asked.request, waiting, headers)) return undefined;
      waiting.closed(1006);
      return abandoned();
    }
    const session = await openAsked(line, advance(identified, inspectQuery(side, identified, secret)));
    if (session instanceof Response) return session;
    if (upgrade(call.request, session, headers)) return undefined;
    session.abandon();
    return abandoned();
  } catch (thrown) {
    return refuse(deps, received, thrown);
  }
}

/** Finds an upstream for a session and opens it; the answer in its place when there is none. */
async function openAsked(
  { deps, endpoint, side, presented, secret }: Line,
  inspected: Inspected,
): Promise<ReturnType<typeof openSession> | Response> {
  refuseBlockedWords(deps, inspected);
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
  return openSession({ deps, endpoint, side, context: planned, connected, presented, opening });
}

/** A connection whose client first says what its session is to be. */
function awaitFirst(
  line: Line,
  side: SocketSide & ByFirstFrame,
  context: Identified,
  left: AbortController,
): ClientEvents {
  const { deps } = line;
  const refused = (thrown: unknown): Promise<Farewell> => farewell(side, refuse(deps, context, thrown));
  return awaitFirstFrame({
    deps,
    context,
    left,
    async open(bytes) {
      try {
        const { frame, summary } = inspectFirst(side, context, line.secret, bytes);
        const text = JSON.stringify(frame);
        const session = await openAsked(
          line,
          advance(context, { body: { bytes: encodeText(text), json: frame }, summary }),
        );
        return session instanceof Response ? await farewell(side, session) : { session, first: text };
      } catch (thrown) {
        return await refused(thrown);
      }
    },
    refused,
    abandoned: () => settleUnserved(deps, context, 499, 'client_disconnected', ''),
  });
}

/** An answer that would have been given to a plain request, as a session says it. */
async function farewell(side: SocketSide & ByFirstFrame, response: Response): Promise<Farewell> {
  const told = side.readError(response.status, await response.text());
  const { status, message, type = '', code = '', param = null } = told;
  const id = response.headers.get('x-request-id') ?? '';
  return { code: closeCodeOf(status), ...sayingOf(side, { status, message, type, code, param }, id) };
}

/** Bad data, what is against the rules, a mistake of the gateway's or an upstream's (RFC 6455 section 7.4.1). */
const closeCodeOf = (status: number): number => (status >= 500 ? 1011 : status === 400 ? 1007 : 1008);

/** A connection that has become a WebSocket does not tell the address any more. */
function ofAddress(asked: Call): Call {
  const clientIp = asked.clientIp();
  return { ...asked, clientIp: () => clientIp };
}

/** The same of a request that is a WebSocket while it is still worked on, and whose own signal says nothing from then on. */
function upgradedCall(asked: Call, signal: AbortSignal): Call {
  const { url, headers } = asked.request;
  return { ...ofAddress(asked), request: new Request(url, { headers, signal }) };
}

/** What is returned when there is no one to read it. */
export const abandoned = (): Response => new Response(null, { status: 499 });

const noBody = { bytes: new Uint8Array(), json: null };

/** What stands for the key: itself, or that which made the client secret that was sent in its place. */
async function openedBy(
  deps: RelayDeps,
  side: SocketSide,
  text: string | undefined,
): Promise<{ readonly presented: Presented | undefined; readonly secret: ClientSecret | undefined }> {
  const prefix = side.secretPrefix;
  if (text === undefined || prefix === undefined || !isClientSecret(text, prefix))
    return { presented: text, secret: undefined };
  const secret = await deps.clientSecrets.use(text, prefix);
  if ('refused' in secret) throw refusalOfKey(secret, 'client secret');
  return { presented: secret, secret };
}

type Asked = Pick<Inspected, 'body' | 'summary'>;

function inspectQuery(side: ByQuery, context: Identified, secret: ClientSecret | undefined): Asked {
  const { request, target } = context.call;
  const summary = side.inspect(queryOf(request.url), context.snapshot.settings.relay, target, secret);
  if ('invalid' in summary) throw new Refusal('invalid_request', summary.invalid, { param: summary.param });
  return { body: noBody, summary };
}

function inspectFirst(
  side: ByFirstFrame,
  context: Identified,
  secret: ClientSecret | undefined,
  frame: Frame,
): Pick<Inspected, 'summary'> & { readonly frame: JsonObject } {
  const read = readJson(typeof frame === 'string' ? encodeText(frame) : frame);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  if (!isObject(read.json) || read.duplicateKeys)
    throw new Refusal('invalid_request', 'The first frame must be an object, in which no key stands twice.');
  const first = side.inspectFirst(read.json, context.snapshot.settings.relay, context.call.target, secret);
  if ('invalid' in first) throw new Refusal('invalid_request', first.invalid, { param: first.param });
  return first;
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

/** The key, where the protocol has a place of its own for it in the query. */
const keyInQuery = ({ url }: Request, { keyInQuery: name }: SocketSide): string | undefined =>
  name === undefined ? undefined : (queryOf(url).get(name) ?? undefined);

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
