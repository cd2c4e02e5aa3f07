import { z } from 'zod';
import { jobKind } from '../jobs/job-kind.ts';

/** Erases an account once it is due; `after` is the last request whose address was taken out, once the rest is done. */
export const eraseKind = jobKind({
  name: 'accounts.erase',
  payload: z.strictObject({ userId: z.string(), dueAt: z.number(), after: z.string().optional() }),
  deadlineMs: 10 * 60_000,
  maxAttempts: 1000,
  cancellable: false,
});
