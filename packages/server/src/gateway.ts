import { join } from 'node:path';
import { version } from '../package.json' with { type: 'json' };
import type { Server } from 'bun';
import { clientAddress } from './http/client-address.ts';
import type { Site } from './http/mount.ts';
import { createHealth } from './http/health.ts';
import { plainPaths } from './http/plain-paths.ts';
import { spendingOfKey } from './services/activity/spending.ts';
import { isBalancePath } from './http/v1/look-ups.ts';
import { createV1 } from './http/v1/routes.ts';
import { parseRange, type IpRange } from './domain/ip-match.ts';
import { createAskPublic } from './egress/ask-public.ts';
import { createFetchPublic } from './egress/fetch-public.ts';
import { createOpenPublic } from './egress/open-public.ts';
import { resolveWithSystem } from './egress/resolve.ts';
import type { Foundation } from './foundation.ts';
import { endpoints } from './endpoints/index.ts';
import { openChannelTrials, type ChannelTrials } from './endpoints/channel-trials.ts';
import type { DetachedOptions } from './endpoints/shared/detached-work.ts';
import { openBackground } from './endpoints/stored-responses/open-background.ts';
import { cancelTaskNamed } from './endpoints/videos/cancel.ts';
import { openPlayground } from './endpoints/playground.ts';
import { openObjects } from './endpoints/files/open-objects.ts';
import { openVideos } from './endpoints/videos/open-videos.ts';
import { openDeadlines } from './relay/send/deadlines.ts';
import { openAccountUse } from './relay/plan/account-use.ts';
import { openAffinity } from './relay/plan/affinity.ts';
import { openHealthTracker } from './relay/plan/health-tracker.ts';
import { openMemoryLimiter } from './services/limits/memory-limiter.ts';
import { emptyLoad } from './relay/admit/load.ts';
import { emptyMetrics } from './relay/settle/metrics.ts';
import type { RelayDeps } from './relay/deps.ts';
import { clientSockets, type ClientEvents } from './relay/socket/client-socket.ts';
import { openTokenSessions } from './services/token-sessions.ts';
import { openTokenCache } from './providers/shared/token-cache.ts';
import { askTokenThrough } from './relay/send/authenticate.ts';
import { letterJobs } from './services/accounts/account-letters.ts';
import { createKeyCache } from './services/accounts/key-cache.ts';
import { openAccountDisabler } from './services/channel-tests/account-disabler.ts';
import { channelTestJobs } from './services/channel-tests/channel-test-jobs.ts';
import { openClientSecrets } from './services/client-secrets.ts';
import { openConversations } from './services/conversations/conversations.ts';
import { housekeepingJobs } from './services/housekeeping.ts';
import { givenCreditJobs } from './services/rewards/given-credits.ts';
import { invitationJobs } from './services/rewards/invitations.ts';
import { openJobGauges } from './services/jobs/job-gauges.ts';
import type { JobHandler } from './services/jobs/job-kind.ts';
import { openJobs, type Jobs } from './services/jobs/jobs.ts';
import { ledgerJobs } from './services/ledger/ledger-jobs.ts';
import { exportJobs } from './services/activity/exports.ts';
import { openTail, type Tail } from './services/activity/tail.ts';
import { bookCheckJobs } from './services/ledger/book-checks.ts';
import { openLedger, type OpenLedger } from './services/ledger/ledger.ts';
import type { FetchOutside } from './services/fetch-outside.ts';
import type { NoticeDeps } from './services/notices/notices.ts';
import { noticeJobs } from './services/notices/watch.ts';
import { openMailer, type Mailer } from './services/mail/mailer.ts';
import { paymentJobs } from './services/payments/look.ts';
import { budgetJobs } from './services/budgets/budget-jobs.ts';
import { subscriptionJobs } from './services/subscriptions/advance.ts';
import { askProvider, type PaymentDeps } from './services/payments/payment-deps.ts';
import { paymentAdapters } from './services/payments/providers/index.ts';
import { openJsonThread } from './services/json-thread.ts';
import { openResultStore } from './services/media/results/result-store.ts';
import { openSpool } from './services/spool.ts';
import { apiKeyRepository } from './store/api-keys.ts';
import { verifyBeside } from './verify-beside.ts';
import { createUpstreamClient } from './upstream/client.ts';
import { mediaQueues } from './services/media/queues.ts';
import { openUpstreamSocket } from './upstream/upstream-socket.ts';
import type { UpstreamClient } from './upstream/upstream.ts';

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
  /** Stands in for the world outside: what asks providers, and what fetches URLs. */
  readonly outside?: Pick<RelayDeps, 'upstream' | 'openSocket' | 'fetchPublic'>;
};

const clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** Wires one gateway process and starts to listen. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { foundation, nodeId } = options;
  const { environment, database, snapshots, newId, log } = foundation;
  const startedAt = clock.now();
  const load = emptyLoad();
  const metrics = emptyMetrics();
  const tail = openLogTail(foundation, () => ledger.stats().aliveNodes);
  const ledger: OpenLedger = wireLedger(foundation, nodeId, tail);
  const jobs = openJobs({ database, nodeId: ledger.stats().nodeId, now: clock.now, random: Math.random, newId, log });
  const upstream = options.outside?.upstream ?? createUpstreamClient({});
  const conversations = openConversations({ database, secretBox: foundation.secretBox, now: clock.now, log, promptly });
  const health = openHealthTracker(clock.elapsed);
  const work = openWork(() => deps, { database, jobs, promptly });
  const disabler = openAccountDisabler(foundation.configuration, log);
  const deps: RelayDeps = {
    snapshot: snapshots.current,
    keys: createKeyCache({
      load: (hash) => promptly(apiKeyRepository.findRecord(database.db, hash)),
      now: clock.now,
      onChange: (listen) => void snapshots.onChange(listen),
    }),
    clientSecrets: openClientSecrets({ database, secretBox: foundation.secretBox, now: clock.now, promptly }),
    ledger,
    upstream,
    tokens: openTokens(foundation, upstream, clock.now, log),
    conversations,
    background: work.background,
    ...waysOut(options.outside),
    tasks: work.videos,
    results: openResultStore(() => snapshots.current().settings.media.results, environment.dataDir),
    objects: work.objects,
    health,
    accounts: openAccountUse(),
    affinity: openAffinity(clock.elapsed),
    disabler,
    limits: openMemoryLimiter(clock.elapsed),
    deadlines: openDeadlines(clock.elapsed, (lateMs) => {
      load.loopDelayMs = lateMs;
    }),
    load,
    jsonThread: openJsonThread(),
    spool: openSpool({ dir: join(environment.dataDir, 'spool'), maxBytes: environment.spoolMaxBytes }),
    metrics,
    clock,
    log,
    random: Math.random,
  };
  snapshots.start();
  await ledger.start();
  const trials = openChannelTrials(deps);
  const payments = wirePayments(foundation, jobs);
  const world = wireOutside(foundation, deps);
  startJobs(foundation, jobs, ledger, { ...work, ...world, payments, trials });

  const trusted = environment.trustedProxies.flatMap((range) => parseRange(range) ?? []);
  const v1 = wireV1(deps, foundation, trusted, () => server);
  const service = createHealth({ load, ledger: ledger.stats, maxUnpostedBytes: environment.outboxMaxBytes });
  const jobMetrics = wireJobMetrics(foundation, jobs);
  const stopping = new AbortController();
  // Loaded at its first use: the admin side takes longer to load than the relay takes to start.
  const site = lazily<Site>(() =>
    import('./http/mount.ts').then(({ mountSite }) =>
      mountSite({
        foundation,
        consoleFiles: options.consoleFiles,
        trusted,
        startedAt,
        inquiries: deps,
        jobs,
        payments,
        ...world,
        trials,
        playground: openPlayground(deps),
        cancelMediaTask: (id) => cancelTaskNamed(deps, id),
        tail,
        ledger: ledger.stats,
        stopping: stopping.signal,
        metrics: { metrics, load, health, upstream, now: clock.elapsed, ledger: ledger.stats, jobs: jobMetrics },
      }),
    ),
  );

  const close = async (): Promise<void> => {
    await jobs.stop();
    await disabler.settled();
    tail.close();
    await ledger.close();
    await conversations.close();
    deps.deadlines.close();
    deps.jsonThread.close();
    upstream.close();
  };
  const server: Server<ClientEvents> = await listenOr(close, () =>
    listen(options, (request) => {
      const path = pathOf(request.url);
      if (isApi(path)) return v1(request, path);
      if (path === '/healthz') return service.live();
      if (path === '/readyz') return service.ready();
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

/** Listens where the environment says; `answer` is given whatever comes. */
function listen({ foundation, sharePort }: GatewayOptions, answer: Answer): Server<ClientEvents> {
  const { environment, log } = foundation;
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
type Answer = Parameters<typeof plainPaths<ClientEvents>>[1];

/** Stops accepting, and lets open requests finish within the grace period. */
async function finish(server: Server<ClientEvents>, { load, deadlines }: RelayDeps, graceMs: number): Promise<void> {
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

/** Opens something at its first use. A failure is not remembered for ever. */
function lazily<T>(open: () => Promise<T>): () => Promise<T> {
  let opening: Promise<T> | undefined;
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

/** How what is outside is asked beside the calls of the relay. */
const waysOut = (
  outside: GatewayOptions['outside'],
): Pick<RelayDeps, 'openSocket' | 'fetchPublic' | 'openPublic' | 'askPublic'> => ({
  openSocket: outside?.openSocket ?? openUpstreamSocket,
  fetchPublic: outside?.fetchPublic ?? createFetchPublic({ resolve: resolveWithSystem }),
  openPublic: createOpenPublic({ resolve: resolveWithSystem }),
  askPublic: createAskPublic({ resolve: resolveWithSystem }),
});

/** Looks after what providers go on with when their clients have been answered. */
const openWork = (deps: () => RelayDeps, options: DetachedOptions) => ({
  background: openBackground(deps, options),
  videos: openVideos(deps, options),
  objects: openObjects(deps, options),
});
type OpenWork = ReturnType<typeof openWork>;

/** Begins to run everything that happens later. */
function startJobs(
  foundation: Foundation,
  jobs: Jobs,
  ledger: OpenLedger,
  work: OpenWork & {
    readonly payments: PaymentDeps;
    readonly trials: ChannelTrials;
    readonly mailer: Mailer;
    readonly askPublic: NoticeDeps['fetch'];
  },
): void {
  const { database, accounts, snapshots, log } = foundation;
  const { background, videos, objects, payments, trials, mailer, askPublic } = work;
  const settings = () => snapshots.current().settings;
  jobs.start([
    ...background.handlers,
    ...videos.handlers,
    ...objects.handlers,
    ...ledgerJobs(ledger, database, clock.now),
    ...paymentJobs(payments),
    ...subscriptionJobs(payments),
    ...budgetJobs(payments),
    ...givenCreditJobs(payments),
    ...invitationJobs(accounts),
    ...trialJobs(foundation, trials),
    ...letterJobs({ accounts, mailer }),
    ...noticeJobs({ accounts, mailer, fetch: askPublic, jobs }),
    ...exportJobs({ database, now: clock.now }),
    ...bookCheckJobs({ database, now: clock.now }, (signal) => verifyBeside(foundation, signal)),
    ...housekeepingJobs({ database, accounts, settings, now: clock.now }),
  ]);
  // What is left of a version from before jobs need not wait for the first round.
  background
    .adopt()
    .catch((error: unknown) => log.warn({ err: error }, 'answers in the background were not taken over'));
}

const wireJobMetrics = ({ database }: Foundation, { stats }: Jobs) => ({
  stats,
  gauges: openJobGauges({ database, kinds: () => stats().kinds, now: clock.now }),
  mediaQueues: () => promptly(mediaQueues(database, clock.now())).catch(() => undefined),
});

/** The relay’s door. The server is there by the time a request is. */
const wireV1 = (
  deps: RelayDeps,
  { newId, database }: Foundation,
  trusted: readonly IpRange[],
  server: () => Server<ClientEvents>,
) =>
  createV1(deps, newId, {
    clientIp: (request) =>
      clientAddress(server().requestIP(request)?.address ?? '', request.headers.get('x-forwarded-for'), trusted),
    upgrade: (request, data, headers) => server().upgrade(request, { data, headers }),
    spendingOf: async (key) => await spendingOfKey(database, key, clock.now()),
  });

const wirePayments = ({ database, secretBox, snapshots, newId }: Foundation, jobs: Jobs): PaymentDeps => ({
  database,
  secretBox,
  jobs,
  snapshot: snapshots.current,
  adapters: paymentAdapters,
  fetch: askProvider,
  now: clock.now,
  newId,
});

/** The ledger, whose outbox lies in the data directory, and which tells of what it posted. */
const wireLedger = (
  { environment, database, newId, log }: Foundation,
  nodeId: GatewayOptions['nodeId'],
  { posted }: Pick<ReturnType<typeof openLogTail>, 'posted'>,
): OpenLedger =>
  openLedger({
    database,
    nodeId,
    version,
    dataDir: environment.dataDir,
    clock,
    newId: (kind) => `${kind}_${newId()}`,
    log,
    posted,
    options: { sync: environment.outboxFsync, maxUnpostedBytes: environment.outboxMaxBytes },
  });

/** What asks whom the operator named or administrators chose, and what hands mail to the server of the settings. */
function wireOutside(
  foundation: Foundation,
  { fetchPublic, askPublic: ask }: Pick<RelayDeps, 'fetchPublic' | 'askPublic'>,
): {
  readonly askOutside: ReturnType<typeof outsideAsker>;
  readonly fetchOutside: FetchOutside;
  readonly mailer: Mailer;
  readonly askPublic: NoticeDeps['fetch'];
} {
  const askOutside = outsideAsker(foundation, ask);
  const settings = () => foundation.snapshots.current().settings;
  return {
    askOutside,
    askPublic: async (url, init) => await ask(url, init, { maxBytes: 1 << 16, timeoutMs: 15_000, allowPrivate: [] }),
    fetchOutside: (url, limits) => fetchPublic(url, { ...limits, ports: [443], allowPrivate: [] }),
    mailer: openMailer({ settings, fetch: askOutside, now: clock.now }),
  };
}

/** Asks whom people sign in by: addresses that the operator wrote, which may be inside only where the settings name them. */
function outsideAsker(
  { snapshots }: Foundation,
  ask: RelayDeps['askPublic'],
): (url: string, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const { signInPrivateHosts } = snapshots.current().settings.accounts;
    return await ask(url, init, { maxBytes: 1 << 20, timeoutMs: 15_000, allowPrivate: signInPrivateHosts });
  };
}

/** Testing channels that rest. */
const trialJobs = ({ configuration, snapshots, log }: Foundation, trials: ChannelTrials): readonly JobHandler[] =>
  channelTestJobs({
    configuration,
    settings: () => snapshots.current().settings,
    channels: () => snapshots.current().channels,
    test: ({ channelId, index }) => trials.test(channelId, { credential: index }),
    log,
  });

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

const busyPaths = endpoints
  .flatMap(({ routes }) => routes.map(({ path }) => path))
  .filter((path) => !path.includes('{'));

/** Access tokens of accounts, and the refresh tokens that are kept for them. */
function openTokens(
  { database, secretBox }: Foundation,
  upstream: UpstreamClient,
  now: () => number,
  log: Parameters<typeof openTokenSessions>[0]['log'],
): RelayDeps['tokens'] {
  const sessions = openTokenSessions({ database, secretBox, now, promptly, log });
  return openTokenCache({ ask: askTokenThrough(upstream), now, sessions });
}

/** Requests as they end, for who watches; `processes` serve. */
function openLogTail({ database, log }: Foundation, processes: () => number): Tail {
  return openTail({
    database,
    now: clock.now,
    processes,
    failed: (error) => log.warn({ err: error }, 'requests of other processes could not be watched'),
  });
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

/** A client waits no longer than this for the database; one that hangs without a word is down, too. */
const databasePatienceMs = 5000;

/** Rejects when `work` does not end in time; the work itself goes on. */
function promptly<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the database does not answer')), databasePatienceMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Waits for `work`, but no longer than `ms`; leaves no timer behind to keep the process alive. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** The path of an absolute URL; `new URL` would cost a microsecond for each request. */
function pathOf(url: string): string {
  // A request without a Host (HTTP/1.0, as some load balancers probe with) has no more than its path here.
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('//') + 2);
  if (start < 0) return '/';
  const query = url.indexOf('?', start);
  return query < 0 ? url.slice(start) : url.slice(start, query);
}

/** What belongs to applications: the first segments of all that endpoints have, in any version of a protocol. */
const apiRoots: ReadonlySet<string> = new Set([
  'v1',
  'v1beta',
  'v2',
  ...endpoints.flatMap(({ routes }) =>
    routes.filter(({ path }) => path.lastIndexOf('/') > 0).map(({ path }) => rootOf(path)),
  ),
]);

const isApi = (path: string): boolean =>
  (apiRoots.has(rootOf(path)) && (path.lastIndexOf('/') > 0 || path === '/v1')) || isBalancePath(path);

function rootOf(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? path.slice(1) : path.slice(1, end);
}
