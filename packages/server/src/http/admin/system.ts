import path from 'node:path';
import type { systemOperations } from '@tollgate/contract/operations/system';
import { beginBookCheck, listBookChecks } from '../../services/ledger/book-checks.ts';
import { nodesOf } from '../../services/ledger/nodes.ts';
import { jobCounts } from '../../services/jobs/job-admin.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** What a gateway consists of, and whether its books agree. */
export const systemHandlers = (deps: AdminDeps): Handlers<typeof systemOperations> => {
  const { accounts, database, jobs, system } = deps;
  const { now, newId } = accounts;
  return {
    'system.read': async () => {
      const stats = system.ledger();
      const [nodes, counts] = await Promise.all([nodesOf(database, stats.nodeId, now()), jobCounts(database)]);
      return {
        at: now(),
        version: deps.version,
        runtime: `Bun ${Bun.version}`,
        startedAt: deps.startedAt,
        database: database.kind,
        dataDir: path.resolve(deps.dataDir),
        nodes: nodes.map(({ leasedNanos, ...node }) => ({ ...node, leasedNanos: leasedNanos.toString() })),
        outbox: {
          waiting: stats.unposted,
          bytes: stats.unpostedBytes,
          maxBytes: system.maxUnpostedBytes,
          posted: stats.posted,
          postingFails: stats.postingFails,
          writingFails: stats.outboxFails,
          droppedNotes: stats.droppedNotes,
        },
        jobs: {
          kinds: system.jobKinds().toSorted(),
          counts,
        },
      };
    },
    'books.checks': async () => ({ data: await listBookChecks({ database, now }) }),
    'books.check': async (_, { caller }) => await beginBookCheck({ database, jobs, now, newId }, caller.actor.label),
  };
};
