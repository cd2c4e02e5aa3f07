import WebSocket from 'ws';
import type { TestGateway } from '../../relay/testing/gateway.ts';

type Json = Readonly<Record<string, unknown>>;

/** A client's side of a WebSocket, for tests. */
export type SocketClient = {
  /** Every text frame, parsed. */
  readonly events: readonly Json[];
  /** Types of the events, in their order. */
  types(): readonly unknown[];
  /** How it ended: code and reason. */
  readonly ended: Promise<readonly [number, string]>;
  say(event: object | string | Uint8Array): void;
  /** The first event (from the so-manieth on) that fits, once it has come. */
  next(fits: (event: Json) => boolean, from?: number): Promise<Json>;
  close(): void;
};

/** An answer in place of a connection. */
export type Refused = {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
};

export type Knock = {
  readonly key?: string | undefined;
  readonly subprotocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
};

/** Opens a WebSocket at a path of a gateway; what is answered in its place when it is refused. */
export function knock(gate: Pick<TestGateway, 'url'>, path: string, how: Knock = {}): Promise<SocketClient | Refused> {
  return new Promise((resolve, reject) => {
    const { key = 'sk-test', subprotocols = [] } = how;
    const headers = { ...(key !== '' && { authorization: `Bearer ${key}` }), ...how.headers };
    const socket = new WebSocket(gate.url(path).replace('http', 'ws'), [...subprotocols], { headers });
    const events: Json[] = [];
    const ended = new Promise<readonly [number, string]>((end) => {
      socket.on('close', (code, reason) => end([code, reason.toString()]));
    });
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) events.push(JSON.parse(data.toString()) as Json);
    });
    socket.on('unexpected-response', (_, answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => {
        socket.terminate();
        resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers });
      });
    });
    socket.on('error', (error) => reject(error));
    socket.on('open', () =>
      resolve({
        events,
        types: () => events.map(({ type }) => type),
        ended,
        say: (event) =>
          socket.send(typeof event === 'string' || event instanceof Uint8Array ? event : JSON.stringify(event)),
        async next(fits, from = 0) {
          for (;;) {
            const found = events.slice(from).find(fits);
            if (found) return found;
            await Bun.sleep(5);
          }
        },
        close: () => socket.close(1000),
      }),
    );
  });
}

/** A connection that must not be refused. */
export async function connected(gate: Pick<TestGateway, 'url'>, path: string, how?: Knock): Promise<SocketClient> {
  const got = await knock(gate, path, how);
  if ('status' in got) throw new Error(`refused: ${got.status} ${got.text}`);
  return got;
}

/** A connection that must be refused. */
export async function refusedAt(gate: Pick<TestGateway, 'url'>, path: string, how?: Knock): Promise<Refused> {
  const got = await knock(gate, path, how);
  if ('status' in got) return got;
  throw new Error('a connection was opened');
}
