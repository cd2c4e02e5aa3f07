import type { AskPublic } from '../egress/ask-public.ts';
import type { FetchPublic } from '../egress/fetch-public.ts';
import type { KeyCache, Snapshot } from '../domain/snapshot.ts';
import type { ClientSecrets } from '../services/client-secrets.ts';
import type { Conversations } from '../services/conversations/conversations.ts';
import type { AccountDisabler } from '../services/channel-tests/account-disabler.ts';
import type { JsonThread } from '../services/json-thread.ts';
import type { Ledger } from '../services/ledger/types.ts';
import type { TokenCache } from '../providers/shared/token-cache.ts';
import type { ResultStore } from '../services/media/results/result-store.ts';
import type { Thumbnails } from '../services/media/thumbnails.ts';
import type { Spool } from '../services/spool.ts';
import type { openUpstreamSocket } from '../upstream/upstream-socket.ts';
import type { UpstreamClient } from '../upstream/upstream.ts';
import type { OpenPublic } from '../egress/open-public.ts';
import type { Background } from './background.ts';
import type { MediaTasks } from './media-tasks.ts';
import type { StoredObjects } from './stored-objects.ts';
import type { Deadlines } from './send/deadlines.ts';
import type { AccountUse } from './plan/account-use.ts';
import type { Affinity } from './plan/affinity.ts';
import type { HealthTracker } from './plan/health-tracker.ts';
import type { Limiter } from '../services/limits/limiter.ts';
import type { Load } from './admit/load.ts';
import type { Places } from './admit/places.ts';
import type { Candidate } from './request-context.ts';
import type { RelayMetrics } from './settle/metrics.ts';

export type Clock = {
  /** ms since the epoch. */
  now(): number;
  /** Monotonic ms with fractions, for durations. */
  elapsed(): number;
};

/** The part of a structured logger the relay uses. Never given a body, a key or a credential. */
export type Log = {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
};

/** Everything outside the request that the relay touches; wired in wiring/relay.ts. */
export type RelayDeps = {
  snapshot(): Snapshot;
  readonly keys: KeyCache;
  readonly clientSecrets: ClientSecrets;
  readonly ledger: Ledger;
  readonly upstream: UpstreamClient;
  /** How sessions over WebSockets are opened. */
  readonly openSocket: typeof openUpstreamSocket;
  /** Access tokens of accounts that are authenticated by such. */
  readonly tokens: TokenCache;
  readonly conversations: Conversations;
  readonly background: Background;
  /** The only way to ask a URL that came with a request. */
  readonly fetchPublic: FetchPublic;
  /** The same, to tell somebody something. */
  readonly askPublic: AskPublic;
  /** The same, for files that pass as they come. */
  readonly openPublic: OpenPublic;
  readonly tasks: MediaTasks;
  /** What is kept of the files of tasks. */
  readonly results: ResultStore;
  readonly thumbnails: Thumbnails;
  readonly objects: StoredObjects;
  readonly health: HealthTracker;
  readonly accounts: AccountUse;
  readonly affinity: Affinity;
  /** Takes accounts out of use that say that they are no good. */
  readonly disabler: Pick<AccountDisabler, 'disable'>;
  readonly limits: Limiter;
  /** Who waits for a place on channels that are full. */
  readonly places: Places<Candidate>;
  readonly deadlines: Deadlines;
  readonly load: Load;
  /** Where uploads are kept that are too large for memory. */
  readonly spool: Spool;
  /** Where large bodies are parsed. */
  readonly jsonThread: JsonThread;
  readonly metrics: RelayMetrics;
  readonly clock: Clock;
  readonly log: Log;
  random(): number;
};
