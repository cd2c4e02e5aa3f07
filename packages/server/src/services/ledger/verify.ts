import type { Database } from '../../store/database.ts';
import { auditBooks } from '../../store/ledger/audit-books.ts';
import type { Problem } from '../../store/ledger/audit-books.ts';
import { rebuildProjections } from '../../store/ledger/rebuild.ts';
import { ledgerDefaults } from './ledger.ts';

/** `unexplained` counts everything that does not fit; `problems` lists it, up to a hundred of each kind. */
export type Verification = { readonly unexplained: number; readonly problems: readonly Problem[] };

/**
 * Proves from the database alone that journal, charges, balances, leases and log agree. Safe beside running servers:
 * it reads one unchanging view and writes nothing. `now` is ms since the epoch.
 */
export function verify(database: Database, now: number): Promise<Verification> {
  // A node is given some time more than others take to strike it off.
  return auditBooks(database, now - 2 * ledgerDefaults.leaseTtlMs);
}

/** Rebuilds cached balances, spendings and sums of leases from what they are projections of; touches nothing else. */
export async function repair(database: Database, now: number): Promise<Verification> {
  await rebuildProjections(database);
  return await verify(database, now);
}
