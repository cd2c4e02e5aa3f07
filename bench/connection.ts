import type { Socket } from 'bun';

/** Where the load goes and what it says. */
export type Target = { readonly url: string; readonly key: string; readonly body: string };

export type Answer = {
  readonly status: number;
  /** Milliseconds from writing the request to its first and last byte. */
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly bytes: number;
  /** False when the connection ended before the answer did. */
  readonly complete: boolean;
};

/** One connection that carries one request at a time. */
export type Connection = { send(done: (answer: Answer) => void): void; close(): void; readonly alive: boolean };

const terminator = Uint8Array.of(0x30, 0x0d, 0x0a, 0x0d, 0x0a);

/** Opens a kept-alive raw connection; it reads just enough of an answer to know where it ends. */
export async function openConnection(target: Target): Promise<Connection> {
  const url = new URL(target.url);
  const tls = url.protocol === 'https:';
  const body = new TextEncoder().encode(target.body);
  const request = Buffer.concat([
    new TextEncoder().encode(
      `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${target.key}\r\n` +
        `content-type: application/json\r\naccept: */*\r\ncontent-length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);

  let alive = true;
  let report: ((answer: Answer) => void) | undefined;
  let sentAt = 0;
  let firstByteMs = 0;
  let status = 0;
  let bytes = 0;
  let left = -1;
  let held = '';
  /** Of the request, what the socket did not take yet. */
  let unsent = request.subarray(request.length);
  const tail = new Uint8Array(5);

  const finish = (complete: boolean): void => {
    const callback = report;
    report = undefined;
    callback?.({ status, firstByteMs, totalMs: performance.now() - sentAt, bytes, complete });
  };
  const readBody = (chunk: Uint8Array): void => {
    bytes += chunk.length;
    if (left >= 0) {
      left -= chunk.length;
      if (left <= 0) finish(left === 0);
      return;
    }
    if (chunk.length >= 5) tail.set(chunk.subarray(chunk.length - 5));
    else {
      tail.copyWithin(0, chunk.length);
      tail.set(chunk, 5 - chunk.length);
    }
    if (tail[4] === 0x0a && terminator.every((byte, index) => tail[index] === byte)) finish(true);
  };
  const readHead = (socket: Socket, chunk: Uint8Array): void => {
    if (held === '') firstByteMs = performance.now() - sentAt;
    held += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const end = held.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = held.slice(0, end).toLowerCase();
    const rest = Buffer.from(held.slice(end + 4), 'latin1');
    status = Number(head.slice(9, 12));
    const at = head.indexOf('\r\ncontent-length:');
    left = at < 0 ? -1 : Number.parseInt(head.slice(at + 17), 10);
    tail.fill(0);
    if (head.includes('\r\nconnection: close')) alive = false;
    reading = readBody;
    if (rest.length > 0 || left === 0) readBody(rest);
    if (!alive && report === undefined) socket.end();
  };
  let reading: (chunk: Uint8Array) => void = () => {};

  const socket = await Bun.connect({
    hostname: url.hostname,
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    ...(tls ? { tls: true } : {}),
    socket: {
      data(_, chunk) {
        reading(chunk);
      },
      drain(open) {
        unsent = unsent.subarray(Math.max(0, open.write(unsent)));
      },
      close() {
        alive = false;
        if (report !== undefined) finish(false);
      },
      error() {
        alive = false;
      },
    },
  });
  socket.setNoDelay(true);

  return {
    get alive() {
      return alive;
    },
    send(done) {
      report = done;
      held = '';
      bytes = 0;
      status = 0;
      firstByteMs = 0;
      reading = (chunk) => readHead(socket, chunk);
      sentAt = performance.now();
      unsent = request.subarray(Math.max(0, socket.write(request)));
    },
    close() {
      socket.end();
    },
  };
}
