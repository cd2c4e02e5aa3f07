import { version } from '../../package.json' with { type: 'json' };
import type { IpRange } from '../domain/ip-match.ts';
import type { ChannelTrials } from '../endpoints/channel-trials.ts';
import type { Playground } from '../endpoints/playground.ts';
import type { Foundation } from '../foundation.ts';
import { createAttemptLimits } from '../services/accounts/attempt-limits.ts';
import { openCaptcha } from '../services/accounts/captcha.ts';
import { sameSecret } from '../services/accounts/secret-text.ts';
import type { Tail } from '../services/activity/tail.ts';
import type { LedgerStats } from '../services/ledger/ledger.ts';
import type { Mailer } from '../services/mail/mailer.ts';
import type { NoticeDeps } from '../services/notices/notices.ts';
import type { PaymentDeps } from '../services/payments/payment-deps.ts';
import { signInProviders } from '../services/sign-in/providers/index.ts';
import type { FetchOutside } from '../services/fetch-outside.ts';
import { resolveTxt } from '../services/teams/resolve-txt.ts';
import { openSiteImages } from '../services/site-images.ts';
import type { SignInDeps } from '../services/sign-in/sign-in-deps.ts';
import type { Jobs } from '../services/jobs/jobs.ts';
import type { AdminDeps } from './admin/admin-deps.ts';
import { callerMay } from './admin/operation.ts';
import { createApp } from './app.ts';
import { arrivedByTls, clientAddress, hostAsked } from './client-address.ts';
import { openConsole } from './built-console.ts';
import { createMetricsPage, type MetricsSources } from './metrics.ts';
import { identifyCaller } from './middleware/identify-caller.ts';

export type MountOptions = {
  readonly foundation: Foundation;
  /** Path below the site's root to the file that holds it, as they stand now. */
  readonly consoleFiles: () => ReadonlyMap<string, string>;
  readonly trusted: readonly IpRange[];
  readonly startedAt: number;
  readonly inquiries: AdminDeps['inquiries'];
  readonly jobs: Jobs;
  readonly mailer: Mailer;
  /** Asks addresses that users chose. */
  readonly askPublic: NoticeDeps['fetch'];
  readonly payments: PaymentDeps;
  /** Asks whom people sign in by. */
  readonly askOutside: SignInDeps['fetch'];
  readonly fetchOutside: FetchOutside;
  readonly askCosts: AdminDeps['askCosts'];
  readonly trials: ChannelTrials;
  readonly playground: Playground;
  readonly cancelMediaTask: AdminDeps['cancelMediaTask'];
  readonly storedObjects: AdminDeps['storedObjects'];
  readonly mediaCalls: AdminDeps['mediaCalls'];
  readonly tail: Tail;
  readonly ledger: () => LedgerStats;
  readonly metrics: MetricsSources;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
};

/** Everything that is not the relay: admin API, console, metrics. */
export type Site = { fetch(request: Request, path: string, peer: string): Promise<Response> };

/** Builds the site. Loaded apart from the relay, because it takes longer to load than the relay takes to start. */
export async function mountSite(options: MountOptions): Promise<Site> {
  const { foundation, trusted } = options;
  const { environment, database, accounts, configuration, snapshots, newId, log } = foundation;
  const attempts = createAttemptLimits(accounts);
  const settings = () => snapshots.current().settings;
  const captcha = openCaptcha({ settings, fetch: options.askOutside });
  const mayMail = (): boolean => options.mailer.configured() && URL.canParse(settings().site.publicUrl);
  const deps: AdminDeps = {
    accounts,
    attempts,
    captcha,
    signUp: { accounts, attempts, captcha, jobs: options.jobs, mayMail },
    configuration,
    database,
    dataDir: environment.dataDir,
    pdfFont: environment.pdfFont,
    inquiries: options.inquiries,
    jobs: options.jobs,
    mailer: options.mailer,
    notices: { accounts, mailer: options.mailer, fetch: options.askPublic },
    payments: options.payments,
    signIn: {
      accounts,
      attempts,
      secretBox: foundation.secretBox,
      providers: signInProviders,
      fetch: options.askOutside,
      resolveTxt,
    },
    fetchOutside: options.fetchOutside,
    askCosts: options.askCosts,
    siteImages: openSiteImages({
      database,
      fetchOutside: options.fetchOutside,
      settings: () => snapshots.current().settings,
      now: accounts.now,
    }),
    snapshot: snapshots.current,
    tail: options.tail,
    health: { entries: options.metrics.health.entries, now: options.metrics.now },
    trials: options.trials,
    playground: options.playground,
    cancelMediaTask: options.cancelMediaTask,
    storedObjects: options.storedObjects,
    mediaCalls: options.mediaCalls,
    system: {
      ledger: options.ledger,
      maxUnpostedBytes: environment.outboxMaxBytes,
      jobKinds: () => options.metrics.jobs.stats().kinds,
    },
    version,
    startedAt: options.startedAt,
  };
  const app = createApp({
    ...deps,
    refresh: snapshots.refresh,
    console: (await openConsole(options.consoleFiles, options.metrics.now, log.warn.bind(log))).files,
    stopping: options.stopping,
    log,
  });
  const metricsPage = createMetricsPage(options.metrics);
  const { metricsToken } = environment;

  const maySeeMetrics = async (request: Request, address: string, secure: boolean): Promise<boolean> => {
    const given = request.headers.get('authorization')?.replace(/^Bearer /i, '') ?? '';
    if (metricsToken !== undefined && sameSecret(given, metricsToken)) return true;
    const found = await identifyCaller(accounts, { headers: request.headers, address, secure });
    return found !== undefined && callerMay(found.caller, 'status:read');
  };

  return {
    async fetch(request, path, peer) {
      const clientIp = clientAddress(peer, request.headers.get('x-forwarded-for'), trusted);
      const secure = arrivedByTls(peer, request.headers.get('x-forwarded-proto'), trusted, false);
      const host = hostAsked(peer, request.headers, trusted);
      if (path !== '/metrics') return app.fetch(request, { clientIp, secure, host, requestId: `req_${newId()}` });
      if (!(await maySeeMetrics(request, clientIp, secure)))
        return new Response('unauthorized\n', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
      return new Response(await metricsPage(), {
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      });
    },
  };
}
