import type { Answer } from '../../lib/api.ts';
import type { useStartWords } from './words.ts';

/** What the facts of an installation mean for whoever runs it. */

export type Verdict = 'good' | 'warn' | 'danger';

export type Check = {
  readonly id: 'database' | 'clock' | 'dataDir' | 'publicUrl' | 'https';
  readonly verdict: Verdict;
  /** The sentence that says it. */
  readonly words: Parameters<ReturnType<typeof useStartWords>>[0];
  readonly values: Readonly<Record<string, string | number>>;
};

/** What the browser knows. */
export type Here = {
  /** When the answer came, by the browser's clock: ms since the epoch. */
  readonly now: number;
  readonly secureHere: boolean;
  readonly host: string;
};

/** Sessions, limits and prices by the hour bear some seconds; signatures of calls to vendors bear a few minutes. */
const clockWarnMs = 5000;
const slowDatabaseMs = 200;

const names = { sqlite: 'SQLite', postgres: 'PostgreSQL', mysql: 'MySQL' } as const;
const local = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/;

/** The checks of an installation, as it told of itself. */
export function checksOf(read: Answer<'installation.read'>, here: Here): readonly Check[] {
  return [database(read), clock(read, here), dataDir(read), publicUrl(read), https(read, here)];
}

function database({ database: { kind, reachable, answeredMs } }: Answer<'installation.read'>): Check {
  const values = { name: names[kind], ms: Math.max(1, answeredMs) };
  if (!reachable) return { id: 'database', verdict: 'danger', words: 'checks.database.gone', values };
  if (answeredMs > slowDatabaseMs) return { id: 'database', verdict: 'warn', words: 'checks.database.slow', values };
  return {
    id: 'database',
    verdict: 'good',
    words: kind === 'sqlite' ? 'checks.database.sqlite' : 'checks.database.good',
    values,
  };
}

function clock({ at, database: { clockAheadMs } }: Answer<'installation.read'>, { now }: Here): Check {
  const behindUs = now - at;
  const seconds = (ms: number): string => (Math.abs(ms) / 1000).toFixed(1);
  if (clockAheadMs !== null && Math.abs(clockAheadMs) > clockWarnMs)
    return { id: 'clock', verdict: 'warn', words: 'checks.clock.database', values: { seconds: seconds(clockAheadMs) } };
  if (Math.abs(behindUs) > clockWarnMs)
    return { id: 'clock', verdict: 'warn', words: 'checks.clock.browser', values: { seconds: seconds(behindUs) } };
  return { id: 'clock', verdict: 'good', words: 'checks.clock.good', values: {} };
}

const dataDir = ({ dataDir: { path, problem } }: Answer<'installation.read'>): Check =>
  problem === null
    ? { id: 'dataDir', verdict: 'good', words: 'checks.dataDir.good', values: { path } }
    : { id: 'dataDir', verdict: 'danger', words: 'checks.dataDir.bad', values: { path, problem } };

const addressWords = {
  unset: 'checks.publicUrl.unset',
  reached: 'checks.publicUrl.reached',
  elsewhere: 'checks.publicUrl.elsewhere',
  unreachable: 'checks.publicUrl.unreachable',
} as const;

const publicUrl = ({ publicUrl: { configured, state } }: Answer<'installation.read'>): Check => ({
  id: 'publicUrl',
  verdict: state === 'reached' ? 'good' : 'warn',
  words: addressWords[state],
  values: { url: configured },
});

function https({ secure }: Answer<'installation.read'>, { secureHere, host }: Here): Check {
  if (secure) return { id: 'https', verdict: 'good', words: 'checks.https.good', values: {} };
  if (secureHere) return { id: 'https', verdict: 'warn', words: 'checks.https.proxy', values: {} };
  if (local.test(host)) return { id: 'https', verdict: 'good', words: 'checks.https.local', values: {} };
  return { id: 'https', verdict: 'warn', words: 'checks.https.plain', values: {} };
}
