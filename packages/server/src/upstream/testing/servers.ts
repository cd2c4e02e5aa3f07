import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { TransportCause, UpstreamClient, UpstreamRequest } from '../upstream.ts';

/** What became of one exchange, as its handler saw it. */
export type Outcome = {
  readonly status: number | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly bytes: number;
  readonly outcome: 'end' | TransportCause;
  /** Calls after `end` or `fail`: always 0. */
  readonly late: number;
};

/** Sends one request and resolves a little after its end, so that late calls are seen. */
export async function exchange(client: UpstreamClient, request: UpstreamRequest): Promise<Outcome> {
  let status: number | undefined;
  let headers: ReadonlyMap<string, string> = new Map();
  const parts: Uint8Array[] = [];
  let late = 0;
  let over = false;
  let inside = true;
  const outcome = await new Promise<'end' | TransportCause>((resolve) => {
    const alive = (): void => {
      if (inside) throw new Error('called inside send');
      if (over) late += 1;
    };
    client.send(request, {
      head(code, all) {
        alive();
        status = code;
        headers = all;
      },
      data(chunk) {
        alive();
        parts.push(chunk);
      },
      end() {
        alive();
        over = true;
        resolve('end');
      },
      fail(cause) {
        alive();
        over = true;
        resolve(cause);
      },
    });
    inside = false;
  });
  await Bun.sleep(1);
  const whole = Buffer.concat(parts);
  return { status, headers, body: whole.toString('latin1'), bytes: whole.length, outcome, late };
}

/** A POST (or, without a body, a GET) to a port of this machine. */
export function requestTo(
  port: number,
  change: Partial<UpstreamRequest> & { readonly tls?: boolean } = {},
): UpstreamRequest {
  const { tls = false, ...rest } = change;
  return {
    origin: { tls, host: '127.0.0.1', port, proxy: undefined },
    method: rest.body === undefined && 'body' in rest ? 'GET' : 'POST',
    path: '/v1/x',
    headers: { 'content-type': 'text/plain' },
    body: new TextEncoder().encode('hello'),
    connectTimeoutMs: 2000,
    ...rest,
  };
}

export type Upstream = { readonly port: number; readonly connections: () => number; close(): Promise<void> };

/** A raw TCP server: `script` is called for every connection with its number, from 0. */
export async function rawUpstream(script: (socket: Socket, index: number) => void): Promise<Upstream> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    script(socket, count);
    count += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Calls back once for every whole request (head and body by content-length) that arrives on the socket. */
export function onRequest(socket: Socket, answer: (request: string, index: number) => void): void {
  let text = '';
  let index = 0;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const request = text.slice(0, end + 4 + length);
      text = text.slice(end + 4 + length);
      answer(request, index);
      index += 1;
    }
  });
}
