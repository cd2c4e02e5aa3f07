import { readJson } from '@tollgate/wire/json/read';
import { isObject, textAt } from '@tollgate/wire/json/fields';
import { encodeText, shorten } from '@tollgate/wire/text';
import type { JsonObject } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import { refusalOf } from '../../relay/answer/error-answer.ts';
import { holdBytes } from '../../relay/request-context.ts';
import type { Deadline } from '../../relay/send/deadlines.ts';
import { settleUnserved } from '../../relay/settle/settle.ts';
import type { ClientEvents, ClientSocket } from '../../relay/socket/client-socket.ts';
import type { Frame } from '../../upstream/upstream-socket.ts';
import { cancelledEvent, refusalEvent, steeringFailed } from './events.ts';
import { openHistory } from './history.ts';
import { openStreams } from './streams.ts';
import type { ConnectionParts, Line } from './line.ts';
import { runTurn } from './turn.ts';

/** OpenAI's own limit: an hour. */
const longestLifeMs = 3_600_000;

/** How long nothing may be asked. Clients open another connection at once, and send the whole conversation. */
const longestIdleMs = 600_000;

const checkMs = 1000;

/** Serves the requests of one connection: in their order on each stream, streams beside each other. */
export function openConnection(parts: ConnectionParts): ClientEvents {
  const { deps, context } = parts;
  const { elapsed } = deps.clock;
  const openedMs = elapsed();
  let client: ClientSocket | undefined;
  let over = false;
  let lastMs = openedMs;
  const drained: ((taken: boolean) => void)[] = [];
  const hold = (bytes: number): void => {
    if (!over) holdBytes(deps, context, bytes);
  };
  const history = openHistory(context.snapshot.settings.relay.maxBodyBytes, hold);

  const send = (frame: string): boolean | Promise<boolean> => {
    if (over || !client) return false;
    lastMs = elapsed();
    const sent = client.send(frame);
    if (sent > 0) return true;
    if (sent === 0) {
      end(1008, 'too_slow');
      return false;
    }
    return new Promise((resolve) => drained.push(resolve));
  };
  const line: Line = { ...parts, history, send };

  const end = (code: number, reason: string): void => {
    if (over) return;
    over = true;
    deps.deadlines.forget(watch);
    streams.stop();
    for (const tell of drained.splice(0)) tell(false);
    settleUnserved(deps, context, 101, 'completed', '');
    client?.close(code, reason);
  };

  const refused = (thrown: unknown, streamId: string | undefined): void => {
    const refusal = refusalOf(thrown);
    if (refusal !== thrown) deps.log.error({ requestId: context.call.id, err: thrown }, 'a turn failed');
    void send(refusalEvent(refusal, streamId));
  };

  const streams = openStreams(
    (turn) => runTurn(line, turn).catch((thrown: unknown) => refused(thrown, turn.streamId)),
    (turn) => {
      hold(-turn.bytes.byteLength);
      lastMs = elapsed();
      if (deps.load.shuttingDown && streams.isIdle) end(1001, 'shutting_down');
    },
  );

  const take = (bytes: Uint8Array): void => {
    const json = readEvent(bytes);
    const type = textAt(json, 'type');
    if (type === 'response.steer') return void send(steeringFailed(json));
    if (type === 'response.cancel') return cancel(json);
    if (type !== 'response.create')
      throw new Refusal('invalid_request', `There is no event "${shorten(type ?? '')}". Send "response.create".`, {
        param: 'type',
      });
    streams.add({ streamId: streamIdOf(json), bytes, json, stop: new AbortController(), response: undefined });
    hold(bytes.byteLength);
  };

  /** Ends the answer under way that is meant: the one that is named, or that of the stream. */
  const cancel = (json: JsonObject): void => {
    const id = textAt(json, 'response_id');
    const streamId = textAt(json, 'stream_id');
    const turn = streams.find(({ response, streamId: its }) =>
      id === undefined ? its === streamId : response?.['id'] === id,
    );
    if (!turn)
      throw new Refusal('response_not_found', 'There is no such response under way.', { param: 'response_id' });
    turn.stop.abort();
    void send(cancelledEvent(turn.response ?? {}, turn.streamId));
  };

  const watch: Deadline = {
    at: openedMs + checkMs,
    expire() {
      const now = elapsed();
      // Not yet due: the gateway ends everything.
      if (now < watch.at) return end(1001, 'shutting_down');
      if (streams.isIdle) {
        if (deps.load.shuttingDown) return end(1001, 'shutting_down');
        if (now >= lastMs + longestIdleMs) return end(1000, 'idle');
        if (now >= openedMs + longestLifeMs) {
          void send(refusalEvent(tooOld(), undefined));
          return end(1000, 'websocket_connection_limit_reached');
        }
      }
      watch.at = now + checkMs;
      // Not at once: whoever expires all must not meet this one again.
      queueMicrotask(() => {
        if (!over) deps.deadlines.watch(watch);
      });
    },
  };

  return {
    opened(socket) {
      client = socket;
      deps.deadlines.watch(watch);
    },
    frame(frame) {
      if (over) return;
      lastMs = elapsed();
      try {
        take(bytesOf(frame));
      } catch (thrown) {
        refused(thrown, undefined);
      }
    },
    drained() {
      for (const tell of drained.splice(0)) tell(true);
    },
    closed() {
      client = undefined;
      end(1000, '');
    },
  };
}

/** Bun uses the memory of binary frames again. */
const bytesOf = (frame: Frame): Uint8Array => (typeof frame === 'string' ? encodeText(frame) : Uint8Array.from(frame));

function readEvent(bytes: Uint8Array): JsonObject {
  const read = readJson(bytes);
  if ('failure' in read) throw new Refusal('invalid_json', read.message);
  if (!isObject(read.json)) throw new Refusal('invalid_request', 'An event is an object with a "type".');
  return read.json;
}

function streamIdOf(json: JsonObject): string | undefined {
  const id = json['stream_id'];
  if (id === undefined) return undefined;
  if (typeof id === 'string' && /^[\w.-]{1,256}$/.test(id)) return id;
  const said = { status: 400, code: 'invalid_stream_id', type: 'invalid_request_error' };
  throw new Refusal('invalid_request', '"stream_id" has 1 to 256 letters, digits, underscores, hyphens or periods.', {
    param: 'stream_id',
    said,
  });
}

const tooOld = (): Refusal =>
  new Refusal('request_timeout', 'The connection is an hour old. Open another one to go on.', {
    said: { status: 400, code: 'websocket_connection_limit_reached', type: 'invalid_request_error' },
  });
