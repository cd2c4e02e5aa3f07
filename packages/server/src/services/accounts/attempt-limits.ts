import { createGenerations } from './generations.ts';
import { Refusal } from '../../domain/refusal.ts';

/** Failed attempts allowed within the window: from one address, at one account from one address, at one account. */
const windowMs = 15 * 60_000;
const perAddress = 60;
const perAccountAndAddress = 10;
/** High, so that a stranger who fails on purpose cannot easily shut the owner out, and guessing still gets nowhere. */
const perAccount = 200;

type Count = { count: number; readonly since: number };

export type AttemptLimits = {
  /** Throws `too_many_attempts` when this account or address has failed too often. */
  check(account: string, address: string): void;
  failed(account: string, address: string): void;
  succeeded(account: string, address: string): void;
};

/** Counts failed sign-ins in bounded memory. Each process counts for itself. */
export function createAttemptLimits(now: () => number): AttemptLimits {
  const counts = createGenerations<Count>(20_000);
  const countOf = (key: string): Count | undefined => {
    const count = counts.get(key);
    return count !== undefined && now() - count.since < windowMs ? count : undefined;
  };
  const keysOf = (account: string, address: string): readonly (readonly [string, number])[] => {
    const name = account.toLowerCase();
    // One subscriber usually has a whole /64 of IPv6.
    const place = address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
    return [
      [`address ${place}`, perAddress],
      [`both ${name} ${place}`, perAccountAndAddress],
      [`account ${name}`, perAccount],
    ];
  };
  return {
    check: (account, address) => {
      for (const [key, limit] of keysOf(account, address)) {
        const count = countOf(key);
        if (count !== undefined && count.count >= limit) {
          const retryAfterMs = count.since + windowMs - now();
          throw new Refusal('too_many_attempts', 'Too many failed attempts. Try again later.', { retryAfterMs });
        }
      }
    },
    failed: (account, address) => {
      for (const [key] of keysOf(account, address)) {
        const count = countOf(key);
        if (count === undefined) counts.set(key, { count: 1, since: now() });
        else count.count += 1;
      }
    },
    succeeded: (account, address) => {
      for (const [key] of keysOf(account, address).slice(1, 2)) counts.delete(key);
    },
  };
}
