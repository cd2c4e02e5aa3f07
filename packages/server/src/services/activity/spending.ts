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
