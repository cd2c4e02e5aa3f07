import { z } from 'zod';
import { every } from '../../domain/job.ts';
import type { Database } from '../../store/database.ts';
import { pruneReservations } from '../../store/ledger/reservations.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { OpenLedger } from './ledger.ts';

/** Reservations are remembered for so long after their time, so that nobody settles one twice. */
const rememberedMs = 30 * 86_400_000;
const chunk = 500;

/**
 * What of the ledger's work is the same whoever does it. Heartbeats, a process's own leases, recalls that it was sent and the outboxes
 * on its disk are each process's own business, and stay with it.
 */
export const ledgerJobs = (
  ledger: Pick<OpenLedger, 'recall'>,
  database: Database,
  now: () => number,
): readonly JobHandler[] => [
  jobHandler(
    jobKind({
      name: 'leases.recall',
      payload: z.strictObject({}),
      schedule: every(30_000),
      backOff: { firstMs: 1000, maxMs: 30_000 },
    }),
    async (_, { signal }) => {
      await ledger.recall(signal);
      return undefined;
    },
  ),
  jobHandler(
    jobKind({ name: 'reservations.prune', payload: z.strictObject({}), schedule: every(3_600_000) }),
    async (_, { signal }) => {
      while ((await pruneReservations(database, now() - rememberedMs, chunk)) === chunk) signal.throwIfAborted();
      return undefined;
    },
  ),
];
