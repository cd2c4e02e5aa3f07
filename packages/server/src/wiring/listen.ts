import type { Server } from 'bun';
import type { Foundation } from '../foundation.ts';
import { plainPaths } from '../http/plain-paths.ts';
import type { RelayDeps } from '../relay/deps.ts';
import { clientSockets, type ClientEvents } from '../relay/socket/client-socket.ts';
import { busyPaths } from './api-paths.ts';
import { clock } from './clock.ts';
import { within } from './patience.ts';

export type GatewayServer = Server<ClientEvents>;

/**
 * Listens where the environment says; `answer` is given whatever comes by a plain path.
 *
 * @param sharePort lets several processes listen on one port
 */
export function listen(
  { environment, log }: Foundation,
  sharePort: boolean,
  answer: Parameters<typeof plainPaths<ClientEvents>>[1],
): GatewayServer {
  return Bun.serve({
    hostname: environment.host,
    port: environment.port,
    reusePort: sharePort,
    // Long streams and slow models are ours to time; bodies are counted while they are read.
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    ...plainPaths<ClientEvents>(busyPaths, answer, strangePath),
    websocket: clientSockets,
    error(error) {
      log.error({ err: error }, 'request failed');
      return gatewayMistake();
    },
  });
}

/** Stops accepting, and lets open requests finish within the grace period. */
export async function finish(
  server: GatewayServer,
  { load, deadlines }: Pick<RelayDeps, 'load' | 'deadlines'>,
  graceMs: number,
): Promise<void> {
  load.shuttingDown = true;
  const stopped = server.stop(false);
  const until = clock.elapsed() + graceMs;
  // A request that is settled may still be on its way to a client that reads slowly.
  const busy = (): boolean => load.openRequests > 0 || server.pendingRequests > 0 || server.pendingWebSockets > 0;
  while (busy() && clock.elapsed() < until) await Bun.sleep(20);
  deadlines.expireAll();
  while (load.openRequests > 0 && clock.elapsed() < until + 1000) await Bun.sleep(10);
  await within(500, stopped);
  await server.stop(true);
}

const gatewayMistake = (): Response =>
  new Response('{"error":{"code":"internal_error","message":"The gateway made a mistake."}}', { status: 500 });

/** A path that a proxy in front may have taken for another one. */
const strangePath = (): Response =>
  Response.json(
    {
      error: {
        code: 'invalid_request',
        message:
          'The path is not plain: it has a dot segment, a backslash, an empty segment or too many. Look for a "//" where the base URL ends.',
        type: 'invalid_request_error',
        param: null,
      },
    },
    { status: 400 },
  );
