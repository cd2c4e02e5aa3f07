import type { Snapshot } from '../../domain/snapshot.ts';
import type { Database } from '../../store/database.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import type { AnyAdapter, PaymentContext } from './adapter.ts';

/** Named points at which a test stops the process. */
export type PaymentStep =
  | 'create:after-insert'
  | 'create:after-provider'
  | 'charge:after-insert'
  | 'charge:after-provider'
  | 'apply:after-posting'
  | 'apply:before-commit'
  | 'apply:after-commit'
  | 'refund:after-provider';

/** What payments work with; wired in gateway.ts. */
export type PaymentDeps = {
  readonly database: Database;
  readonly secretBox: Pick<SecretBox, 'seal' | 'open' | 'knows' | 'reload'>;
  readonly jobs: Pick<Jobs, 'addWithin' | 'wake'>;
  readonly snapshot: () => Pick<Snapshot, 'settings' | 'groups'>;
  readonly adapters: ReadonlyMap<string, AnyAdapter>;
  /** How providers are asked. */
  readonly fetch: PaymentContext['fetch'];
  /** ms since the epoch. */
  readonly now: () => number;
  /** A new unique id, sorted by time, ASCII, of at most 60 characters. */
  readonly newId: () => string;
  readonly fault?: (step: PaymentStep) => void;
};

/** Asks over the network: no redirects, and no longer than this. */
const patienceMs = 20_000;
export const askProvider: PaymentContext['fetch'] = async (url, init = {}) =>
  await fetch(url, { ...init, redirect: 'error', signal: init.signal ?? AbortSignal.timeout(patienceMs) });
