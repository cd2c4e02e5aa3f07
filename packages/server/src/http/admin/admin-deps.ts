import type { MediaCalls } from '../../endpoints/videos/vendor-calls.ts';
import type { Health } from '../../domain/health.ts';
import type { Nanos } from '../../domain/money.ts';
import type { InquiryDeps } from '../../inquiries/ask-account.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { ChannelTrials } from '../../endpoints/channel-trials.ts';
import type { ObjectDeeds } from '../../endpoints/manage-objects.ts';
import type { Playground } from '../../endpoints/playground.ts';
import type { AccountDeps } from '../../services/accounts/account-deps.ts';
import type { AttemptLimits } from '../../services/accounts/attempt-limits.ts';
import type { Captcha } from '../../services/accounts/captcha.ts';
import type { SignUpDeps } from '../../services/accounts/sign-up.ts';
import type { ConfigurationContext } from '../../services/configuration/context.ts';
import type { Tail } from '../../services/activity/tail.ts';
import type { LedgerStats } from '../../services/ledger/ledger.ts';
import type { Mailer } from '../../services/mail/mailer.ts';
import type { NoticeDeps } from '../../services/notices/notices.ts';
import type { PaymentDeps } from '../../services/payments/payment-deps.ts';
import type { Jobs } from '../../services/jobs/jobs.ts';
import type { FetchOutside } from '../../services/fetch-outside.ts';
import type { SiteImages } from '../../services/site-images.ts';
import type { SignInDeps } from '../../services/sign-in/sign-in-deps.ts';
import type { Database } from '../../store/database.ts';

/** What the operations of the admin API work with; wired in http/mount.ts. */
export type AdminDeps = {
  readonly accounts: AccountDeps;
  readonly attempts: AttemptLimits;
  readonly captcha: Captcha;
  /** How strangers come to have accounts, and people to new passwords and addresses. */
  readonly signUp: SignUpDeps;
  readonly configuration: ConfigurationContext;
  readonly database: Database;
  /** Where the outbox and uploads are kept. */
  readonly dataDir: string;
  /** Font file for letters that PDF readers' own fonts lack; undefined: one of the system. */
  readonly pdfFont: string | undefined;
  /** What accounts are asked by. */
  readonly inquiries: InquiryDeps;
  readonly jobs: Pick<Jobs, 'addWithin' | 'mayCancel' | 'wake'>;
  readonly mailer: Mailer;
  readonly notices: NoticeDeps;
  readonly payments: PaymentDeps;
  readonly signIn: SignInDeps;
  readonly fetchOutside: FetchOutside;
  /** Asks providers what they charge. */
  readonly askCosts: (url: string, init: RequestInit) => Promise<Response>;
  readonly siteImages: SiteImages;
  readonly snapshot: () => Snapshot;
  /** How channels do, as this process sees it; `now` is the clock of its times. */
  readonly health: { entries(): Iterable<readonly [string, Readonly<Health>]>; now(): number };
  /** Requests of the gateway's own to channels. */
  readonly trials: ChannelTrials;
  /** Has what a provider is making given up, by the task's id. */
  readonly cancelMediaTask: (id: string) => Promise<void>;
  /** What is done with what providers' accounts keep. */
  readonly storedObjects: ObjectDeeds;
  /** What providers call about. */
  readonly mediaCalls: MediaCalls;
  /** Where people ask models in the console. */
  readonly playground: Playground;
  /** Requests as they end. */
  readonly tail: Pick<Tail, 'watch'>;
  /** The process that answers. */
  readonly system: {
    ledger(): LedgerStats;
    readonly maxUnpostedBytes: number;
    jobKinds(): readonly string[];
  };
  readonly version: string;
  /** ms since the epoch. */
  readonly startedAt: number;
};

/** A value per id, or null for all of them while the books cannot be read: a list of users needs no ledger to be shown. */
export async function readable(ask: () => Promise<ReadonlyMap<string, Nanos>>): Promise<(id: string) => string | null> {
  try {
    const amounts = await ask();
    return (id) => (amounts.get(id) ?? 0n).toString();
  } catch {
    return () => null;
  }
}
