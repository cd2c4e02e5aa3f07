import { readFrames, type Frame } from '@tollgate/wire/json/sse';
import { render } from '@tollgate/wire/json/render';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import { relay } from '../../relay/relay.ts';
import { maxFrameBytes } from '../../relay/socket/client-socket.ts';
import type { Line, Turn } from './line.ts';
import { errorEventOf, onStream, warmUpEvents } from './events.ts';
import { inputItems, readAnswer, withoutHollowThoughts, type AnswerReader, type KnownConversation } from './history.ts';

/**
 * Serves one `response.create`: puts what the connection remembers in the place of the answer that it goes on with, relays it as
 * any request, and sends each event of the answer as a frame. Throws the refusal of one that cannot be served.
 */
export async function runTurn(line: Line, turn: Turn): Promise<void> {
  const { history } = line;
  const { json } = turn;
  if (json['background'] === true)
    throw new Refusal('invalid_request', 'Responses over a WebSocket cannot run in the background.', {
      param: 'background',
    });
  const previousId = textAt(json, 'previous_response_id');
  const before = previousId === undefined ? undefined : history.find(previousId);
  const items = [...(before?.items ?? []), ...inputItems(json['input'])];
  // What goes on with an answer that only its provider knows cannot be told by the connection.
  const isWhole = (previousId === undefined || before !== undefined) && (json['conversation'] ?? null) === null;
  if (json['generate'] === false) return warmUp(line, turn, items, isWhole, before);

  const isKeptElsewhere = before !== undefined && !before.hereOnly && (await isStored(line, previousId ?? ''));
  const request = { ...requestIn(json), stream: true };
  const body = render(turn.bytes, json, before && !isKeptElsewhere ? atOnce(request, items) : request);
  // Who has left does not wait until the upstream was read to its end.
  const answer = await Promise.race([ask(line, turn, body), stopped(turn.stop.signal)]);
  if (!answer) return;
  const reader = readAnswer();
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isStream) await handOn(line, turn, answer, reader);
  else if (!turn.stop.signal.aborted) await line.send(await errorOf(answer, turn.streamId));
  const { responseId } = reader;
  if (!reader.ended || responseId === undefined) {
    // As OpenAI does: who repeats what failed says again what it goes on with.
    if (previousId !== undefined) history.forget(previousId);
    return;
  }
  if (!isWhole) return;
  const hereOnly = json['store'] === false;
  const output = hereOnly ? withoutHollowThoughts(reader.output) : reader.output;
  const bytes = (before?.bytes ?? 0) + turn.bytes.byteLength + reader.outputBytes;
  history.keep(turn.streamId ?? '', responseId, { items: [...items, ...output], hereOnly, bytes });
}

/** What of an event is the request, and not the socket's own. */
function requestIn(json: JsonObject): JsonObject {
  const { type: _type, stream_id: _lane, generate: _generate, ...request } = json;
  return request;
}

/** A request that brings everything with it. */
function atOnce(request: JsonObject, input: readonly Json[]): JsonObject {
  const { previous_response_id: _previous, ...rest } = request;
  return { ...rest, input };
}

const stopped = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** Whether the provider keeps an answer for the owner of the key. */
async function isStored({ deps, context }: Line, id: string): Promise<boolean> {
  const found = (await deps.conversations.find(context.key.user.id, [id])).get(id);
  return found !== undefined && 'account' in found;
}

/** Nothing is asked of an upstream: what is to come is checked and remembered. */
async function warmUp(
  line: Line,
  { json, streamId, bytes }: Turn,
  items: readonly Json[],
  isWhole: boolean,
  before: KnownConversation | undefined,
): Promise<void> {
  const { deps, endpoint, context, door, history } = line;
  if (!isWhole)
    throw new Refusal('previous_response_not_found', 'The connection does not know the answer to go on with.', {
      param: 'previous_response_id',
    });
  const { relay: limits } = deps.snapshot().settings;
  const request = requestIn(json);
  const read = endpoint.inspect(atOnce({ ...request, stream: true }, items), limits, context.call.target);
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  const id = `resp_${door.newCallId()}`;
  history.keep(streamId ?? '', id, { items, hereOnly: true, bytes: (before?.bytes ?? 0) + bytes.byteLength });
  for (const event of warmUpEvents(id, request, Math.floor(deps.clock.now() / 1000), streamId)) await line.send(event);
}

function ask({ deps, endpoint, context, door, headers }: Line, { stop }: Turn, body: Uint8Array): Promise<Response> {
  const { clientIp, target } = context.call;
  // Whoever looks at the address finds no key in it: that one stands in the headers.
  const request = new Request('http://localhost/v1/responses', {
    method: 'POST',
    headers,
    body: Uint8Array.from(body),
    signal: stop.signal,
  });
  return relay(deps, endpoint, { id: door.newCallId(), request, endpoint, target, clientIp });
}

async function handOn(line: Line, turn: Turn, answer: Response, reader: AnswerReader): Promise<void> {
  const { streamId, stop } = turn;
  const frames = readFrames(maxFrameBytes);
  const pass = async (some: readonly Frame[]): Promise<boolean> => {
    for (const { event, data } of some) {
      if (stop.signal.aborted) return false;
      reader.see(event, data);
      turn.response ??= reader.response;
      if (!(await line.send(onStream(data, streamId)))) return false;
    }
    return true;
  };
  const pieces = (answer.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (!pieces) return;
  const letGo = (): void => void pieces.cancel().catch(() => undefined);
  stop.signal.addEventListener('abort', letGo, { once: true });
  let read = false;
  try {
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) {
        read = true;
        await pass(frames.end());
        return;
      }
      if (!(await pass(frames.push(value)))) return;
      if (frames.overflowed)
        throw new Refusal('upstream_error', `The upstream sent an event of more than ${maxFrameBytes} bytes.`);
    }
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    throw new Refusal('upstream_cut', 'The upstream broke its answer off.');
  } finally {
    // Nobody reads on; the request is told, and ends as one whose client has left.
    if (!read) stop.abort();
    stop.signal.removeEventListener('abort', letGo);
  }
}

/** An answer that is none, as an event. */
async function errorOf(answer: Response, streamId: string | undefined): Promise<string> {
  const headers: Record<string, string> = {};
  for (const name of ['retry-after', 'x-request-id']) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const body: unknown = await answer.json().catch(() => undefined);
  const error = isObject(body) && isObject(body['error']) ? body['error'] : { message: 'The request failed.' };
  return errorEventOf(answer.status, error, streamId, headers);
}
