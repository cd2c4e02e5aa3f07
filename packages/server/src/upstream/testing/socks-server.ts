import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';

/** A SOCKS5 server without authentication; notes the targets it was asked for. */
export function socksServer(targets: string[]): Server {
  return createServer((client) => {
    client.on('error', () => client.destroy());
    client.once('data', () => {
      client.write(Uint8Array.of(5, 0));
      client.once('data', (ask: Buffer) => {
        const byName = ask[3] === 3;
        const length = byName ? (ask[4] ?? 0) : 4;
        const start = byName ? 5 : 4;
        const host = byName
          ? ask.toString('latin1', start, start + length)
          : [...ask.subarray(start, start + length)].join('.');
        const port = ask.readUInt16BE(start + length);
        targets.push(`${host}:${port}`);
        const upstream = connect(port, host === 'upstream.test' ? '127.0.0.1' : host);
        upstream.on('error', () => client.destroy());
        upstream.on('connect', () => {
          client.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
          client.pipe(upstream).pipe(client);
        });
      });
    });
  });
}
