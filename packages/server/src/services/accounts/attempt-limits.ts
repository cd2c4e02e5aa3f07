import { networkOf } from '../../domain/ip-match.ts';
import { Refusal } from '../../domain/refusal.ts';
import { attemptRepository, type AttemptCount } from '../../store/sign-in/attempts.ts';
import type { Db } from '../../store/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { hashSecret } from './secret-text.ts';

/** Failed attempts allowed within the window: from one address, at one account from one address, at one account. */
const windowMs = 15 * 60_000;
const perAddress = 60;
const perAccountAndAddress = 10;
/** High, so that a stranger who fails on purpose cannot easily hinder the owner, and guessing still gets nowhere. */
const perAccount = 200;
/** Of a device that has signed in to this very account before: strangers' failures do not count against it. */
const perDevice = 10;
/** Beyond `perAccount` nobody is shut out: attempts are let through one by one, with pauses that double between these. */
const firstPauseMs = 10_000;
const longestPauseMs = 120_000;

type Limited = {
  readonly id: string;
  readonly most: number;
  /** Of who tries alone, shared with nobody. */
  readonly own: boolean;
  /** Lets through one by one when it is spent, instead of none. */
  readonly slows: boolean;
};

type Taken = {
  /** The one that was spent, so that nothing was counted, and how long that lasts. */
  readonly full: Limited | undefined;
  readonly waitMs: number;
  readonly failures: number;
  readonly at: number;
};

export type AttemptAsk = {
  readonly account: string;
  readonly address: string;
  /** A device that this account has been entered from, by a name that nobody else can give. */
  readonly device?: string | undefined;
  /** Whether the account is entered from this address at the moment; asked only where the account's own limit is spent. */
  readonly knowsAddress?: () => Promise<boolean>;
};

/** An attempt, counted as a failure until one of these says that it is none. */
export type Attempt = {
  /** Failures before this one at this account from this place or device; of the whole place and account a quarter counts. */
  readonly failures: number;
  /** It was right: whoever knows the secret starts afresh. */
  succeeded(): Promise<void>;
  /** Nothing was tried after all. */
  withdrawn(): Promise<void>;
};

export type AttemptLimits = {
  /**
   * Counts an attempt before anything is checked, so that many at once are no more than many in a row. Throws
   * `too_many_attempts` when this account, address or device has failed too often.
   */
  begin(ask: AttemptAsk): Promise<Attempt>;
  /** Counts one of at most `most` within `ms`, of something that nobody fails at; false when there were so many. */
  spend(name: string, bound: { readonly most: number; readonly ms: number }): Promise<boolean>;
};

/** Counts attempts in the database: many processes are no more than one, and a restart forgives nobody. */
export function createAttemptLimits({ database, now }: Pick<AccountDeps, 'database' | 'now'>): AttemptLimits {
  const hold = async (db: Db, id: string, ms: number) =>
    await attemptRepository.hold(db, database.kind, id, { at: now(), begin: now() - ms });

  /** Counts under all of them, or under none when one is full: then how long that one lasts. */
  const take = async (limits: readonly Limited[]): Promise<Taken> =>
    await database.transact(async (db) => {
      const at = now();
      const before: number[] = [];
      // Always in the same order, so that two do not wait for one another.
      for (const { id } of limits.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        const limit = limits.find((one) => one.id === id);
        const count = await hold(db, id, windowMs);
        before.push(limit?.own === true ? count.failures : Math.floor(count.failures / 4));
        const waitMs = limit === undefined ? 0 : pauseOf(limit, count, at);
        if (limit !== undefined && waitMs > 0) return { full: limit, waitMs, failures: 0, at };
      }
      for (const { id } of limits) await attemptRepository.add(db, id, at);
      return { full: undefined, waitMs: 0, failures: Math.max(...before), at };
    });

  return {
    async begin({ account, address, device, knowsAddress }) {
      const name = account.toLowerCase();
      // One subscriber usually has a whole /64 of IPv6.
      const place = networkOf(address, 64) ?? address;
      const mine =
        device === undefined ? limited(`both ${name} ${place}`, perAccountAndAddress) : limited(device, perDevice);
      const own = { ...mine, own: true };
      const shared = { ...limited(`account ${name}`, perAccount), slows: true };
      const from = limited(`address ${place}`, perAddress);
      let limits: readonly Limited[] = device === undefined ? [from, own, shared] : [own];
      let taken = await take(limits);
      if (taken.full === shared && (await knowsAddress?.().catch(() => false)) === true) {
        limits = [from, own];
        taken = await take(limits);
      }
      const { full, waitMs: retryAfterMs, at, failures } = taken;
      if (full !== undefined)
        throw new Refusal('too_many_attempts', 'Too many failed attempts. Try again later.', { retryAfterMs });
      const ids = limits.map(({ id }) => id);
      const withdrawn = async () => await attemptRepository.takeBack(database.db, ids, at);
      return {
        failures,
        withdrawn,
        succeeded: async () => {
          await withdrawn();
          await attemptRepository.clear(database.db, own.id);
        },
      };
    },
    async spend(name, { most, ms }) {
      const id = hashSecret(`spend ${name}`);
      return await database.transact(async (db) => {
        if ((await hold(db, id, ms)).failures >= most) return false;
        await attemptRepository.add(db, id, now());
        return true;
      });
    },
  };
}

/** Under what an attempt is counted. */
export const attemptId = (name: string): string => hashSecret(`attempt ${name}`);

const limited = (name: string, most: number): Limited => ({
  id: attemptId(name),
  most,
  own: false,
  slows: false,
});

/** How long to wait until one more is let through; 0 when it is now. */
function pauseOf({ most, slows }: Limited, { failures, since, lastAt }: AttemptCount, at: number): number {
  if (failures < most) return 0;
  if (!slows) return since + windowMs - at;
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - most, 10));
  return Math.max(0, lastAt + pauseMs - at);
}

/** Forgets counts that are of no more use: none is asked for longer than a day. */
export const pruneAttempts = async ({ database, now }: Pick<AccountDeps, 'database' | 'now'>): Promise<number> =>
  await attemptRepository.prune(database.db, now() - 24 * 60 * 60_000);
