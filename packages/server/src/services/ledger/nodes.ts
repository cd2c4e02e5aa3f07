import type { Database } from '../../store/database.ts';
import { listNodes, type NodeView } from '../../store/ledger/nodes.ts';
import { ledgerDefaults } from './ledger.ts';

/** All nodes that are on the list, with who of them lives; `current` is the one that asks. `now` is ms since the epoch. */
export async function nodesOf(
  database: Database,
  current: string,
  now: number,
): Promise<readonly (NodeView & { readonly current: boolean; readonly alive: boolean })[]> {
  const aliveSince = now - 5 * ledgerDefaults.heartbeatMs;
  return (await listNodes(database)).map((node) => ({
    ...node,
    current: node.id === current,
    alive: node.seenAt >= aliveSince,
  }));
}
