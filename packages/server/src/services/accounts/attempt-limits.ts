import { networkOf } from '../../domain/ip-match.ts';
import { createGenerations } from './generations.ts';
import { Refusal } from '../../domain/refusal.ts';

/** Failed attempts allowed within the window: from one address, at one account from one address, at one account. */
const windowMs = 15 * 60_000;
const perAddress = 60;
const perAccountAndAddress = 10;
/** High, so that a stranger who fails on purpose cannot easily shut the owner out, and guessing still gets nowhere. */
const perAccount = 200;
/** Of a device that has signed in to this very account before: strangers' failures do not count against it. */
const perDevice = 10;

type Count = { count: number; readonly since: number };
type Limited = readonly [key: string, limit: number];

export type AttemptAsk = {
  readonly account: string;
  readonly address: string;
  /** A device that this account has been entered from, by a name that nobody else can give. */
  readonly device?: string | undefined;
  /** Whether the account is entered from this address at the moment; asked only where its own limit is spent. */
  readonly knowsAddress?: () => Promise<boolean>;
};

/** An attempt, counted as a failure until one of these says that it is none. */
export type Attempt = {
  /** It was right: whoever knows the secret starts afresh. */
  succeeded(): void;
  /** Nothing was tried after all. */
  withdrawn(): void;
};

export type AttemptLimits = {
  /**
   * Counts an attempt before anything is checked, so that many at once are no more than many in a row. Throws
   * `too_many_attempts` when this account, address or device has failed too often.
   */
  begin(ask: AttemptAsk): Promise<Attempt>;
};

/** Counts attempts in bounded memory. Each process counts for itself. */
export function createAttemptLimits(now: () => number): AttemptLimits {
  const counts = createGenerations<Count>(20_000);
  const countOf = (key: string): Count | undefined => {
    const count = counts.get(key);
    return count !== undefined && now() - count.since < windowMs ? count : undefined;
  };
  const count = ([key]: Limited): Count => {
    let found = countOf(key);
    if (found === undefined) counts.set(key, (found = { count: 0, since: now() }));
    found.count += 1;
    return found;
  };
  const spent = ([key, limit]: Limited): boolean => (countOf(key)?.count ?? 0) >= limit;
  const refusal = ([key]: Limited): Refusal =>
    new Refusal('too_many_attempts', 'Too many failed attempts. Try again later.', {
      retryAfterMs: (countOf(key)?.since ?? now()) + windowMs - now(),
    });

  return {
    async begin({ account, address, device, knowsAddress }) {
      const name = account.toLowerCase();
      // One subscriber usually has a whole /64 of IPv6.
      const place = networkOf(address, 64) ?? address;
      const own: Limited = device === undefined ? [`both ${name} ${place}`, perAccountAndAddress] : [device, perDevice];
      const shared: Limited = [`account ${name}`, perAccount];
      const limits: readonly Limited[] = device === undefined ? [[`address ${place}`, perAddress], own, shared] : [own];
      const full = limits.find(spent);
      if (full !== undefined && (full !== shared || knowsAddress === undefined)) throw refusal(full);
      const counted = limits.map(count);
      const withdrawn = (): void => {
        for (const one of counted) one.count -= 1;
      };
      if (full !== undefined && knowsAddress !== undefined) {
        const known = await knowsAddress().catch(() => false);
        if (!known) {
          withdrawn();
          throw refusal(full);
        }
      }
      return {
        withdrawn,
        succeeded: () => {
          withdrawn();
          counts.delete(own[0]);
        },
      };
    },
  };
}
