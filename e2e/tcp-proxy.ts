import { connect, createServer, type Socket } from 'node:net';

/** A door in front of a server that can be shut, or hung: connected, but never answered. */
export type TcpProxy = {
  readonly port: number;
  /** `cut` breaks every connection and refuses new ones; `hang` keeps them and passes nothing on. */
  set(state: 'open' | 'cut' | 'hang'): void;
  stop(): Promise<void>;
};

/** Listens on a free port of 127.0.0.1 in front of `host:port`. */
export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  let state: 'open' | 'cut' | 'hang' = 'open';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(port, host);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (bytes) => {
        if (state !== 'hang') to.write(bytes);
      });
      from.on('close', end);
      from.on('error', end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const breakAll = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: address.port,
    set(next) {
      // Bytes lost while it hung are missed on both sides: such a connection is of no use any more.
      if (next === 'cut' || state === 'hang') breakAll();
      state = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}
