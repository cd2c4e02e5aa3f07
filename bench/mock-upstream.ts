/**
 * The cheapest upstream that still looks like one: raw sockets, answers built once.
 * `POST …/chat/completions` answers 1 KB of JSON with usage, or (with `"stream":true`) chunks at a fixed gap;
 * `POST /mock?chunks=N&gap=MS` changes the streams that start from then on; `GET /mock` counts.
 */
import type { Socket } from 'bun';

type Plan = { chunks: number; gapMs: number };
type Conn = { held: string; stream: Stream | undefined };
type Stream = { readonly socket: Socket<Conn>; readonly usage: boolean; left: number; readonly gapMs: number };

const encoder = new TextEncoder();
const counts = { requests: 0, streams: 0, completed: 0 };

/** Starts the mock; returns its port and a stop function. */
export function startMock(port: number, plan: Plan = { chunks: 50, gapMs: 10 }): { port: number; stop(): void } {
  const now = { ...plan };
  const whole = wholeAnswer();
  const wheel = createWheel();

  const serve = (socket: Socket<Conn>, head: string, body: string): void => {
    counts.requests += 1;
    if (head.startsWith('GET /mock') || head.startsWith('POST /mock')) {
      now.chunks = Number(/chunks=(\d+)/.exec(head)?.[1] ?? now.chunks);
      now.gapMs = Number(/gap=(\d+)/.exec(head)?.[1] ?? now.gapMs);
      socket.write(plainAnswer(JSON.stringify(counts)));
    } else if (head.startsWith('GET ')) {
      socket.write(plainAnswer('{"object":"list","data":[]}'));
    } else if (body.includes('"stream":true')) {
      counts.streams += 1;
      socket.write(streamHead);
      const usage = body.includes('"include_usage":true');
      const stream: Stream = { socket, usage, left: now.chunks, gapMs: now.gapMs };
      socket.data.stream = stream;
      wheel.add(stream);
    } else {
      socket.write(whole);
    }
  };

  const server = Bun.listen<Conn>({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(socket) {
        socket.data = { held: '', stream: undefined };
        socket.setNoDelay(true);
      },
      data(socket, chunk) {
        const { data } = socket;
        data.held += chunk.toString('latin1');
        for (;;) {
          const end = data.held.indexOf('\r\n\r\n');
          if (end < 0) return;
          const head = data.held.slice(0, end);
          const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
          if (data.held.length < end + 4 + length) return;
          const body = data.held.slice(end + 4, end + 4 + length);
          data.held = data.held.slice(end + 4 + length);
          serve(socket, head, body);
        }
      },
      close(socket) {
        if (socket.data.stream !== undefined) socket.data.stream.left = -1;
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
  if (stream.left < 0) return false;
  if (stream.left === 0) {
    stream.socket.write(stream.usage ? streamTailUsage : streamTail);
    stream.socket.data.stream = undefined;
    counts.completed += 1;
    return false;
  }
  stream.left -= 1;
  stream.socket.write(deltaFrame);
  return true;
}

function framed(text: string): string {
  return `${encoder.encode(text).length.toString(16)}\r\n${text}\r\n`;
}

function frame(rest: string): string {
  return `data: {"id":"chatcmpl-BENCHBENCHBENCHBENCH","object":"chat.completion.chunk","created":1700000000,"model":"bench-model","system_fingerprint":"fp_bench",${rest}}\n\n`;
}

const streamHead = encoder.encode(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n${framed(frame('"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]'))}`,
);
const deltaFrame = encoder.encode(
  framed(frame('"choices":[{"index":0,"delta":{"content":" token"},"logprobs":null,"finish_reason":null}]')),
);
const stopFrame = framed(frame('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]'));
const doneFrame = `${framed('data: [DONE]\n\n')}0\r\n\r\n`;
const streamTail = encoder.encode(stopFrame + doneFrame);
const streamTailUsage = encoder.encode(
  `${stopFrame}${framed(frame('"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":50,"total_tokens":62}'))}${doneFrame}`,
);

function plainAnswer(json: string): Uint8Array {
  return encoder.encode(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${encoder.encode(json).length}\r\n\r\n${json}`,
  );
}

function wholeAnswer(): Uint8Array {
  const content = 'All work and no play makes a dull gateway. '.repeat(15);
  return plainAnswer(
    JSON.stringify({
      id: 'chatcmpl-BENCHBENCHBENCHBENCH',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'bench-model',
      choices: [
        { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 50, total_tokens: 62 },
      system_fingerprint: 'fp_bench',
    }),
  );
}

if (import.meta.main) {
  const mock = startMock(Number(process.argv[2] ?? 0));
  process.stdout.write(`mock listening on ${mock.port}\n`);
}
