/**
 * The cheapest upstream that still looks like one: raw sockets, answers built once, in the protocol of the path it is
 * asked at. A whole answer is 1 KB of JSON with usage; a stream is the protocol's complete sequence of events, at a fixed
 * gap or several at once. `POST /mock?chunks=N&gap=MS&burst=M` changes the streams that start from then on; `GET /mock`
 * counts.
 */
import type { Socket } from 'bun';
import { streamOf, upstreamNames, upstreams, type UpstreamName } from './protocol-samples.ts';

type Plan = { chunks: number; gapMs: number; burst?: number };
type Conn = {
  /** What has come of the request that is not whole yet. */
  held: Uint8Array[];
  heldBytes: number;
  /** The length of that request, once its head is here. */
  wanted: number;
  stream: Stream | undefined;
};
type Stream = {
  readonly socket: Socket<Conn>;
  readonly bytes: StreamBytes;
  readonly tail: Uint8Array;
  /** Events that were written; -1 when nobody reads them any more. */
  written: number;
  readonly gapMs: number;
  readonly burst: number;
};
/** A stream as it goes over the wire. `starts` says where each event stands in `deltas`, and where the last one ends. */
type StreamBytes = {
  readonly head: Uint8Array;
  readonly deltas: Uint8Array;
  readonly starts: readonly number[];
  readonly tail: Uint8Array;
  readonly tailWithUsage: Uint8Array;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const counts = { requests: 0, streams: 0, completed: 0 };
/** Of a longer request nobody reads the body: it is no stream, and reading it would be what is measured. */
const readBytes = 64 << 10;

/** Starts the mock; returns its port and a stop function. */
export function startMock(port: number, plan: Plan = { chunks: 50, gapMs: 10 }): { port: number; stop(): void } {
  const now = { burst: 1, ...plan };
  const wheel = createWheel();
  const streams = new Map<string, StreamBytes>();
  const bytesOf = (name: UpstreamName): StreamBytes => {
    const key = `${name} ${now.chunks}`;
    const bytes = streams.get(key) ?? streamBytes(name, now.chunks);
    streams.set(key, bytes);
    return bytes;
  };

  const serve = (socket: Socket<Conn>, head: string, body: string): void => {
    counts.requests += 1;
    if (head.startsWith('GET /mock') || head.startsWith('POST /mock')) {
      now.chunks = Number(/chunks=(\d+)/.exec(head)?.[1] ?? now.chunks);
      now.gapMs = Number(/gap=(\d+)/.exec(head)?.[1] ?? now.gapMs);
      now.burst = Number(/burst=(\d+)/.exec(head)?.[1] ?? 1);
      socket.write(plainAnswer(JSON.stringify(counts)));
      return;
    }
    if (head.startsWith('GET ')) {
      socket.write(plainAnswer('{"object":"list","data":[]}'));
      return;
    }
    const path = head.slice(0, head.indexOf('\r'));
    const name = tongueOf(path);
    if (!streaming.test(path) && !body.includes('"stream":true')) {
      socket.write(wholes.get(name) ?? '');
      return;
    }
    counts.streams += 1;
    const bytes = bytesOf(name);
    socket.write(bytes.head);
    const tail = body.includes('"include_usage":true') ? bytes.tailWithUsage : bytes.tail;
    const stream = { socket, bytes, tail, written: 0, gapMs: now.gapMs, burst: now.burst };
    socket.data.stream = stream;
    wheel.add(stream);
  };

  const server = Bun.listen<Conn>({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(socket) {
        socket.data = { held: [], heldBytes: 0, wanted: -1, stream: undefined };
        socket.setNoDelay(true);
      },
      data(socket, chunk) {
        const { data } = socket;
        data.held.push(chunk.slice());
        data.heldBytes += chunk.length;
        while (data.heldBytes > 0) {
          if (data.wanted < 0) data.wanted = lengthOf(Buffer.concat(data.held));
          if (data.wanted < 0 || data.heldBytes < data.wanted) return;
          const request = Buffer.concat(data.held);
          const rest = request.subarray(data.wanted);
          const end = request.indexOf(headEnd);
          const body = data.wanted - end > readBytes ? '' : decoder.decode(request.subarray(end + 4, data.wanted));
          data.held = rest.length > 0 ? [rest] : [];
          data.heldBytes = rest.length;
          data.wanted = -1;
          serve(socket, request.toString('latin1', 0, end), body);
        }
      },
      close(socket) {
        if (socket.data.stream !== undefined) socket.data.stream.written = -1;
      },
      error() {},
    },
  });
  return {
    port: server.port,
    stop() {
      wheel.stop();
      server.stop(true);
    },
  };
}

/** One timer for all streams; each keeps its own phase, so that chunks do not arrive in one burst. */
function createWheel(): { add(stream: Stream): void; stop(): void } {
  const slots: Stream[][] = Array.from({ length: 1024 }, () => []);
  const place = (stream: Stream, at: number): void => void slots[at % slots.length]?.push(stream);
  let tick = Math.floor(performance.now());
  const timer = setInterval(() => {
    const now = Math.floor(performance.now());
    while (tick < now) {
      tick += 1;
      const due = slots[tick % slots.length];
      if (due === undefined || due.length === 0) continue;
      slots[tick % slots.length] = [];
      for (const stream of due) if (advance(stream)) place(stream, tick + Math.min(stream.gapMs, 1000));
    }
  }, 1);
  return {
    add: (stream) => place(stream, tick + Math.max(1, Math.min(stream.gapMs, 1000))),
    stop: () => clearInterval(timer),
  };
}

function advance(stream: Stream): boolean {
  const { socket, bytes, written, burst } = stream;
  if (written < 0) return false;
  const { deltas, starts } = bytes;
  const next = Math.min(written + burst, starts.length - 1);
  if (next === written) {
    socket.write(stream.tail);
    socket.data.stream = undefined;
    counts.completed += 1;
    return false;
  }
  stream.written = next;
  socket.write(deltas.subarray(starts[written], starts[next]));
  return true;
}

const headEnd = '\r\n\r\n';

/** Length of the request whose beginning this is, or -1 when its head is not whole. */
function lengthOf(begun: Buffer): number {
  const end = begun.indexOf(headEnd);
  if (end < 0) return -1;
  const head = begun.toString('latin1', 0, end);
  return end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
}

/** Paths that say that a stream is wanted; the others leave it to the body. */
const streaming = /:streamGenerateContent|\/converse-stream/;

function tongueOf(requestLine: string): UpstreamName {
  if (requestLine.includes('/messages')) return 'anthropic-messages';
  if (requestLine.includes('/responses')) return 'openai-responses';
  if (requestLine.includes('/converse')) return 'bedrock-converse';
  return requestLine.includes('enerateContent') ? 'gemini' : 'openai-chat';
}

function framed(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([encoder.encode(`${bytes.length.toString(16)}\r\n`), bytes, encoder.encode('\r\n')]);
}

const streamEnd = encoder.encode('0\r\n\r\n');
const streamHead = (type: string): Uint8Array =>
  encoder.encode(
    `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n`,
  );

function streamBytes(name: UpstreamName, events: number): StreamBytes {
  const { head, deltas, tail, tailWithUsage = tail } = upstreams[name].spoken(events);
  const chunk = (text: string): Uint8Array => framed(streamOf(name, text));
  const starts = [0];
  const chunks = deltas.map(chunk);
  for (const { length } of chunks) starts.push((starts.at(-1) ?? 0) + length);
  const type = name === 'bedrock-converse' ? 'application/vnd.amazon.eventstream' : 'text/event-stream; charset=utf-8';
  return {
    head: Buffer.concat([streamHead(type), ...(head === '' ? [] : [chunk(head)])]),
    deltas: Buffer.concat(chunks),
    starts,
    tail: Buffer.concat([chunk(tail), streamEnd]),
    tailWithUsage: Buffer.concat([chunk(tailWithUsage), streamEnd]),
  };
}

function plainAnswer(json: string): Uint8Array {
  return encoder.encode(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${encoder.encode(json).length}\r\n\r\n${json}`,
  );
}

const wholes = new Map(upstreamNames.map((name) => [name, plainAnswer(upstreams[name].whole)]));

if (import.meta.main) {
  const mock = startMock(Number(process.argv[2] ?? 0));
  process.stdout.write(`mock listening on ${mock.port}\n`);
}
