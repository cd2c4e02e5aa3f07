import { parseRange } from './domain/ip-match.ts';
import type { Foundation } from './foundation.ts';
import { createHealth } from './http/health.ts';
import { openJobs } from './services/jobs/jobs.ts';
import { wireApi } from './wiring/api.ts';
import { isApi, pathOf } from './wiring/api-paths.ts';
import { clock } from './wiring/clock.ts';
import { startJobs } from './wiring/jobs.ts';
import { wireLedger } from './wiring/ledger.ts';
import { finish, listen, type GatewayServer } from './wiring/listen.ts';
import { wireRelay, type Outside } from './wiring/relay.ts';
import { wireServices } from './wiring/services.ts';
import { wireSite } from './wiring/site.ts';

/** A gateway that listens. */
export type Gateway = {
  readonly url: string;
  /** Stops accepting, lets open requests finish within the grace period, settles, posts, gives leases back. */
  stop(graceMs: number): Promise<void>;
};

export type GatewayOptions = {
  readonly foundation: Foundation;
  /** Names this process among those that share the database and the data directory. */
  readonly nodeId: string;
  /** Lets several processes listen on one port. */
  readonly sharePort: boolean;
  /** The built console: path below its root to file; empty without one. */
  readonly consoleFiles: () => ReadonlyMap<string, string>;
  readonly outside?: Outside;
};

/** Wires one gateway process and starts to listen. What is wired stands in `wiring/`, one file a part. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { foundation, nodeId, consoleFiles } = options;
  const { environment, database, snapshots, newId, log } = foundation;
  const startedAt = clock.now();
  const { ledger, tail } = wireLedger(foundation, nodeId);
  const jobs = openJobs({ database, nodeId: ledger.stats().nodeId, now: clock.now, random: Math.random, newId, log });
  const { deps, work, upstream, ...relay } = wireRelay(foundation, { ledger, jobs, outside: options.outside });
  snapshots.start();
  await ledger.start();
  const services = wireServices(foundation, deps, jobs);
  startJobs(foundation, jobs, { ledger, work, services });

  const trusted = environment.trustedProxies.flatMap((range) => parseRange(range) ?? []);
  const stopping = new AbortController();
  const api = wireApi(deps, foundation, trusted, () => server);
  const health = createHealth({
    load: deps.load,
    ledger: ledger.stats,
    maxUnpostedBytes: environment.outboxMaxBytes,
  });
  const site = wireSite({
    foundation,
    consoleFiles,
    trusted,
    startedAt,
    deps,
    upstream,
    services,
    jobs,
    tail,
    ledger: ledger.stats,
    stopping: stopping.signal,
  });

  const close = async (): Promise<void> => {
    await jobs.stop();
    await relay.settled();
    tail.close();
    await ledger.close();
    await relay.close();
  };
  const server: GatewayServer = await listenOr(close, () =>
    listen(foundation, options.sharePort, (request) => {
      const path = pathOf(request.url);
      if (isApi(path)) return api(request, path);
      if (path === '/healthz') return health.live();
      if (path === '/readyz') return health.ready();
      return site().then((open) => open.fetch(request, path, server.requestIP(request)?.address ?? ''));
    }),
  );

  return {
    url: `http://${environment.host === '0.0.0.0' ? 'localhost' : environment.host}:${server.port}`,
    async stop(graceMs) {
      stopping.abort();
      await finish(server, deps, graceMs);
      await close();
    },
  };
}

/** A port that is taken must not leave a process behind that serves nobody and holds leases. */
async function listenOr<T>(close: () => Promise<void>, listen: () => T): Promise<T> {
  try {
    return listen();
  } catch (error) {
    await close();
    throw error;
  }
}
