import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import type { Database } from '../../store/database.ts';
import { payingCredits } from '../../store/rewards/given-credits.ts';
import { meterStatus } from '../../store/ledger/meters.ts';

/** What a key has spent, and what it may still spend, in nano-dollars. */
export type Spending = { readonly spent: bigint; readonly left: bigint };

/** Reads it, at a moment: the least of what the key's limit, and the wallet with its credit line and credit that expires, leave. */
export async function spendingOfKey(database: Database, key: KeyRecord, at: number): Promise<Spending> {
  const [own, wallet] = [keyMeter(key.id), walletMeter(key.teamId ?? key.user.id)];
  // What somebody was given for themselves does not pay for their team.
  const credits = key.teamId === undefined ? await payingCredits(database.db, key.user.id) : [];
  const given = credits.filter(({ endsAt }) => endsAt > at);
  const meters = await meterStatus(database, [own, wallet, ...given.map(({ meter }) => meter)]);
  const leftOf = (meter: string): bigint => meters.get(meter)?.remaining ?? 0n;
  const payable = leftOf(wallet) + (meters.get(wallet)?.creditLine ?? 0n);
  const balance = given.reduce((sum, { meter }) => sum + leftOf(meter), payable);
  const allowed = meters.get(own)?.remaining ?? balance;
  const left = allowed < balance ? allowed : balance;
  return { spent: meters.get(own)?.spent ?? 0n, left: left > 0n ? left : 0n };
}
