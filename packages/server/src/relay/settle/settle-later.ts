import type { BackgroundJob } from '../../domain/background-job.ts';
import { planFor } from '../../domain/debits.ts';
import { zeroNanos } from '../../domain/money.ts';
import type { Hold, HoldRefusal } from '../../services/ledger/types.ts';
import type { RelayDeps } from '../deps.ts';
import type { Ending } from './ending.ts';
import { settleDetached } from './settle.ts';

/**
 * Ends a request that its provider went on with, in whichever process sees its end; charged once, however often it is said.
 * Resolves when it is charged, and rejects while nobody can tell who pays.
 */
export async function settleLater(deps: RelayDeps, job: BackgroundJob, ending: Ending): Promise<void> {
  const hold = await holdOf(deps, job);
  if (hold === 'settled') return;
  if ('refused' in hold) throw new Error('who pays for what was worked on in the background cannot be told now');
  await new Promise<void>((resolve) => settleDetached(deps, job, hold, ending, resolve));
}

/** What was set aside for it. An earlier version wrote nothing down; what it cost is charged all the same. */
async function holdOf({ ledger }: RelayDeps, { record }: BackgroundJob): Promise<Hold | HoldRefusal | 'settled'> {
  return (await ledger.resume(record.id)) ?? (await ledger.hold(planFor(record.debits, zeroNanos)));
}
