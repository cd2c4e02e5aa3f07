import { join } from 'node:path';
import { createAskPublic } from '../egress/ask-public.ts';
import { createFetchPublic } from '../egress/fetch-public.ts';
import { createOpenPublic } from '../egress/open-public.ts';
import { resolveWithSystem } from '../egress/resolve.ts';
import { openObjects } from '../endpoints/files/open-objects.ts';
import type { DetachedOptions } from '../endpoints/shared/detached-work.ts';
import { openBackground } from '../endpoints/stored-responses/open-background.ts';
import { openVideos } from '../endpoints/videos/open-videos.ts';
import type { Foundation } from '../foundation.ts';
import { openTokenCache } from '../providers/shared/token-cache.ts';
import { emptyLoad } from '../relay/admit/load.ts';
import { openPlaces } from '../relay/admit/places.ts';
import type { RelayDeps } from '../relay/deps.ts';
import { openAccountUse } from '../relay/plan/account-use.ts';
import { openAffinity } from '../relay/plan/affinity.ts';
import { openHealthTracker } from '../relay/plan/health-tracker.ts';
import { askTokenThrough } from '../relay/send/authenticate.ts';
import { openDeadlines } from '../relay/send/deadlines.ts';
import { emptyMetrics } from '../relay/settle/metrics.ts';
import { createKeyCache } from '../services/accounts/key-cache.ts';
import { openAccountDisabler } from '../services/channel-tests/account-disabler.ts';
import { openClientSecrets } from '../services/client-secrets.ts';
import { openConversations } from '../services/conversations/conversations.ts';
import type { Jobs } from '../services/jobs/jobs.ts';
import { openJsonThread } from '../services/json-thread.ts';
import type { OpenLedger } from '../services/ledger/ledger.ts';
import { openMemoryLimiter } from '../services/limits/memory-limiter.ts';
import { openResultStore } from '../services/media/results/result-store.ts';
import { openThumbnails } from '../services/media/thumbnails.ts';
import { openSpool } from '../services/spool.ts';
import { openTokenSessions } from '../services/token-sessions.ts';
import { apiKeyRepository } from '../store/api-keys.ts';
import { createUpstreamClient } from '../upstream/client.ts';
import { openUpstreamSocket } from '../upstream/upstream-socket.ts';
import type { UpstreamClient } from '../upstream/upstream.ts';
import { clock } from './clock.ts';
import { promptly } from './patience.ts';

/** Stands in for the world outside: what asks providers, and what fetches URLs. */
export type Outside = Pick<RelayDeps, 'upstream' | 'openSocket' | 'fetchPublic'> &
  Partial<Pick<RelayDeps, 'openPublic'>>;

export type WiredRelay = {
  readonly deps: RelayDeps;
  readonly work: OpenWork;
  readonly upstream: UpstreamClient;
  /** Lets changes of accounts be written that requests have caused. To be awaited before the ledger closes. */
  settled(): Promise<void>;
  /** To be called when no request is open any more. */
  close(): Promise<void>;
};

/** What a request needs beside itself. */
export function wireRelay(
  foundation: Foundation,
  {
    ledger,
    jobs,
    outside,
  }: { readonly ledger: OpenLedger; readonly jobs: Jobs; readonly outside?: Outside | undefined },
): WiredRelay {
  const { environment, database, secretBox, snapshots, log } = foundation;
  const upstream = outside?.upstream ?? createUpstreamClient({});
  const conversations = openConversations({ database, secretBox, now: clock.now, log, promptly });
  const work = openWork(() => deps, { database, jobs, promptly, process: ledger.stats().nodeId });
  const disabler = openAccountDisabler(foundation.configuration, log);
  const load = emptyLoad();
  const deps: RelayDeps = {
    snapshot: snapshots.current,
    keys: createKeyCache({
      load: (hash) => promptly(apiKeyRepository.findRecord(database.db, hash)),
      now: clock.now,
      onChange: (listen) => void snapshots.onChange(listen),
    }),
    clientSecrets: openClientSecrets({ database, secretBox, now: clock.now, promptly }),
    ledger,
    upstream,
    tokens: openTokens(foundation, upstream),
    conversations,
    background: work.background,
    ...waysOut(outside),
    tasks: work.videos,
    results: openResultStore(() => snapshots.current().settings.media.results, environment.dataDir),
    thumbnails: openThumbnails(),
    objects: work.objects,
    health: openHealthTracker(clock.elapsed),
    accounts: openAccountUse(),
    affinity: openAffinity(clock.elapsed),
    disabler,
    limits: openMemoryLimiter(clock.elapsed),
    places: openPlaces(),
    deadlines: openDeadlines(clock.elapsed, (lateMs) => {
      load.loopDelayMs = lateMs;
    }),
    load,
    jsonThread: openJsonThread(),
    spool: openSpool({ dir: join(environment.dataDir, 'spool'), maxBytes: environment.spoolMaxBytes }),
    metrics: emptyMetrics(),
    clock,
    log,
    random: Math.random,
  };
  return {
    deps,
    work,
    upstream,
    settled: disabler.settled,
    async close() {
      await conversations.close();
      deps.deadlines.close();
      deps.jsonThread.close();
      upstream.close();
    },
  };
}

/** Looks after what providers go on with when their clients have been answered. */
const openWork = (deps: () => RelayDeps, options: DetachedOptions & { readonly process: string }) => ({
  background: openBackground(deps, options),
  videos: openVideos(deps, options),
  objects: openObjects(deps, options),
});
type OpenWork = ReturnType<typeof openWork>;

/** How what is outside is asked beside the calls of the relay. */
const waysOut = (
  outside: Outside | undefined,
): Pick<RelayDeps, 'openSocket' | 'fetchPublic' | 'openPublic' | 'askPublic'> => ({
  openSocket: outside?.openSocket ?? openUpstreamSocket,
  fetchPublic: outside?.fetchPublic ?? createFetchPublic({ resolve: resolveWithSystem }),
  openPublic: outside?.openPublic ?? createOpenPublic({ resolve: resolveWithSystem }),
  askPublic: createAskPublic({ resolve: resolveWithSystem }),
});

/** Access tokens of accounts, and the refresh tokens that are kept for them. */
function openTokens({ database, secretBox, log }: Foundation, upstream: UpstreamClient): RelayDeps['tokens'] {
  const sessions = openTokenSessions({ database, secretBox, now: clock.now, promptly, log });
  return openTokenCache({ ask: askTokenThrough(upstream), now: clock.now, sessions });
}
