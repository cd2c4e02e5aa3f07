import { openChannelTrials, type ChannelTrials } from '../endpoints/channel-trials.ts';
import type { Foundation } from '../foundation.ts';
import { watchList } from '../inquiries/list-models.ts';
import type { RelayDeps } from '../relay/deps.ts';
import type { FetchOutside } from '../services/fetch-outside.ts';
import type { Jobs } from '../services/jobs/jobs.ts';
import { openMailer, type Mailer } from '../services/mail/mailer.ts';
import type { WatchDeps } from '../services/model-watch/model-watch.ts';
import type { NoticeDeps } from '../services/notices/notices.ts';
import { askProvider, type PaymentDeps } from '../services/payments/payment-deps.ts';
import { paymentAdapters } from '../services/payments/providers/index.ts';
import { clock } from './clock.ts';

/** What the jobs and the admin side share. */
export type WiredServices = {
  readonly payments: PaymentDeps;
  /** Tests channels by asking them. */
  readonly trials: ChannelTrials;
  /** Lists the models of channels’ upstreams. */
  readonly listModels: WatchDeps['list'];
  readonly mailer: Mailer;
  /** Asks whom people sign in by, and whom else the operator named. */
  readonly askOutside: (url: string, init?: RequestInit) => Promise<Response>;
  /** Asks addresses that users chose. */
  readonly askPublic: NoticeDeps['fetch'];
  /** Asks providers what they charge. */
  readonly askCosts: WiredServices['askOutside'];
  /** Fetches what administrators named, from the public Internet. */
  readonly fetchOutside: FetchOutside;
};

export function wireServices(foundation: Foundation, deps: RelayDeps, jobs: Jobs): WiredServices {
  const { database, secretBox, snapshots, newId } = foundation;
  const settings = () => snapshots.current().settings;
  const askOutside = guardedAsker(deps.askPublic, 1 << 20, () => settings().accounts.signInPrivateHosts);
  return {
    payments: {
      database,
      secretBox,
      jobs,
      snapshot: snapshots.current,
      adapters: paymentAdapters,
      fetch: askProvider,
      now: clock.now,
      newId,
    },
    trials: openChannelTrials(deps),
    listModels: watchList(deps),
    mailer: openMailer({ settings, fetch: askOutside, now: clock.now }),
    askOutside,
    askPublic: guardedAsker(deps.askPublic, 1 << 16, () => settings().accounts.noticePrivateHosts),
    askCosts: guardedAsker(deps.askPublic, 16 << 20, () => []),
    fetchOutside: (url, limits) => deps.fetchPublic(url, { ...limits, ports: [443], allowPrivate: [] }),
  };
}

/** Asks addresses that people wrote, which may be inside only where the settings of this moment name them. */
export function guardedAsker(
  ask: RelayDeps['askPublic'],
  maxBytes: number,
  allowed: () => readonly string[],
): WiredServices['askOutside'] {
  return async (url, init = {}) => await ask(url, init, { maxBytes, timeoutMs: 15_000, allowPrivate: allowed() });
}
