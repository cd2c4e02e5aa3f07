import type { ChannelTrials } from '../endpoints/channel-trials.ts';
import type { Foundation } from '../foundation.ts';
import { letterJobs } from '../services/accounts/account-letters.ts';
import { exportJobs } from '../services/activity/exports.ts';
import { budgetJobs } from '../services/budgets/budget-jobs.ts';
import { channelTestJobs } from '../services/channel-tests/channel-test-jobs.ts';
import { auditSealJobs } from '../services/configuration/audit-seals.ts';
import { housekeepingJobs } from '../services/housekeeping.ts';
import { openJobGauges } from '../services/jobs/job-gauges.ts';
import type { JobHandler } from '../services/jobs/job-kind.ts';
import type { Jobs } from '../services/jobs/jobs.ts';
import { bookCheckJobs } from '../services/ledger/book-checks.ts';
import { ledgerJobs } from '../services/ledger/ledger-jobs.ts';
import type { OpenLedger } from '../services/ledger/ledger.ts';
import { mediaQueues } from '../services/media/queues.ts';
import { modelWatchJobs } from '../services/model-watch/model-watch-jobs.ts';
import { noticeJobs } from '../services/notices/watch.ts';
import { payingByCard } from '../services/payments/cards/charge-subscription.ts';
import { autoTopUpJobs } from '../services/payments/cards/run-auto-top-ups.ts';
import { paymentJobs } from '../services/payments/look.ts';
import { accountExportJobs } from '../services/privacy/account-exports.ts';
import { eraseJobs } from '../services/privacy/erase.ts';
import { givenCreditJobs } from '../services/rewards/given-credits.ts';
import { promotionJobs } from '../services/rewards/promotions.ts';
import { invitationJobs } from '../services/rewards/invitations.ts';
import { reconciliationJobs } from '../services/reconciliation/reconciliation-jobs.ts';
import { subscriptionJobs } from '../services/subscriptions/advance.ts';
import { resolveTxt } from '../services/teams/resolve-txt.ts';
import { teamDomainJobs } from '../services/teams/watch-domains.ts';
import { verifyBeside } from '../verify-beside.ts';
import { clock } from './clock.ts';
import { promptly } from './patience.ts';
import type { WiredRelay } from './relay.ts';
import type { WiredServices } from './services.ts';

type JobSources = {
  readonly ledger: OpenLedger;
  readonly work: WiredRelay['work'];
  readonly services: WiredServices;
};

/** Begins to run everything that happens later. A new kind of job is a line here. */
export function startJobs(foundation: Foundation, jobs: Jobs, { ledger, work, services }: JobSources): void {
  const { database, accounts, secretBox, snapshots, log } = foundation;
  const { providers } = foundation.configuration;
  const { background, videos, objects } = work;
  const { payments, trials, listModels, mailer, askPublic, askCosts } = services;
  const settings = () => snapshots.current().settings;
  jobs.start([
    ...background.handlers,
    ...videos.handlers,
    ...objects.handlers,
    ...ledgerJobs(ledger, database, clock.now),
    ...paymentJobs(payments),
    ...autoTopUpJobs(payments),
    ...subscriptionJobs(payingByCard(payments)),
    ...budgetJobs(payments),
    ...givenCreditJobs(payments),
    ...promotionJobs(payments),
    ...invitationJobs(accounts),
    ...trialJobs(foundation, trials),
    ...modelWatchJobs({
      configuration: foundation.configuration,
      list: listModels,
      settings,
      channels: () => snapshots.current().channels,
    }),
    ...letterJobs({ accounts, mailer }),
    ...teamDomainJobs({
      accounts,
      jobs,
      resolveTxt,
      mayMail: () => mailer.configured() && URL.canParse(settings().site.publicUrl),
    }),
    ...noticeJobs({ accounts, mailer, fetch: askPublic, jobs }),
    ...reconciliationJobs({ database, secretBox, providers, fetch: askCosts, now: clock.now }),
    ...exportJobs({ database, now: clock.now }),
    ...accountExportJobs(accounts),
    ...auditSealJobs({ database, secretBox, now: clock.now }),
    ...eraseJobs({ accounts, subscriptions: payments }),
    ...bookCheckJobs({ database, now: clock.now }, (signal) => verifyBeside(foundation, signal)),
    ...housekeepingJobs({ database, accounts, settings, now: clock.now }),
  ]);
  // What is left of a version from before jobs need not wait for the first round.
  background
    .adopt()
    .catch((error: unknown) => log.warn({ err: error }, 'answers in the background were not taken over'));
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

/** What the metrics say of jobs. */
export const wireJobMetrics = ({ database }: Foundation, { stats }: Jobs) => ({
  stats,
  gauges: openJobGauges({ database, kinds: () => stats().kinds, now: clock.now }),
  mediaQueues: () => promptly(mediaQueues(database, clock.now())).catch(() => undefined),
});
