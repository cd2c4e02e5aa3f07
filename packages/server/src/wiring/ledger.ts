import { version } from '../../package.json' with { type: 'json' };
import type { Foundation } from '../foundation.ts';
import { openTail, type Tail } from '../services/activity/tail.ts';
import { openLedger, type OpenLedger } from '../services/ledger/ledger.ts';
import { clock } from './clock.ts';

/**
 * The ledger, whose outbox lies in the data directory, and the log's tail, which it tells of what it posted.
 *
 * @param nodeId names this process among those that share the database
 */
export function wireLedger(
  { environment, database, newId, log }: Foundation,
  nodeId: string,
): { readonly ledger: OpenLedger; readonly tail: Tail } {
  const tail = openTail({
    database,
    now: clock.now,
    processes: () => ledger.stats().aliveNodes,
    failed: (error) => log.warn({ err: error }, 'requests of other processes could not be watched'),
  });
  const ledger: OpenLedger = openLedger({
    database,
    nodeId,
    version,
    dataDir: environment.dataDir,
    clock,
    newId: (kind) => `${kind}_${newId()}`,
    log,
    posted: tail.posted,
    options: { sync: environment.outboxFsync, maxUnpostedBytes: environment.outboxMaxBytes },
  });
  return { ledger, tail };
}
