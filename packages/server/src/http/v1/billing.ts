import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import type { Database } from '../../store/database.ts';
import { meterStatus } from '../../store/ledger/meters.ts';

/** What a key has spent, and what it may still spend, in nano-dollars. */
export type Spending = { readonly spent: bigint; readonly left: bigint };

/** Reads it: the least of what the key's limit and the wallet leave. */
export async function spendingOfKey(database: Database, key: KeyRecord): Promise<Spending> {
  const [own, wallet] = [keyMeter(key.id), walletMeter(key.user.id)];
  const meters = await meterStatus(database, [own, wallet]);
  const balance = meters.get(wallet)?.remaining ?? 0n;
  const allowed = meters.get(own)?.remaining ?? balance;
  const left = allowed < balance ? allowed : balance;
  return { spent: meters.get(own)?.spent ?? 0n, left: left > 0n ? left : 0n };
}

/** For people only: the books never go through a number. */
const dollars = (nanos: bigint): number => Number(nanos) / 1e9;

/**
 * What clients of the field show of a balance: limit minus usage is what is left. OpenAI's old `dashboard/billing` paths, as New API
 * answers them: limits in dollars, usage in cents.
 */
export function presentBilling(what: string, { spent, left }: Spending, expiresAt: number | undefined): object {
  if (what === 'usage') return { object: 'list', total_usage: dollars(spent) * 100 };
  const limit = dollars(spent + left);
  return {
    object: 'billing_subscription',
    has_payment_method: true,
    soft_limit_usd: limit,
    hard_limit_usd: limit,
    system_hard_limit_usd: limit,
    access_until: expiresAt === undefined ? 0 : Math.floor(expiresAt / 1000),
  };
}
