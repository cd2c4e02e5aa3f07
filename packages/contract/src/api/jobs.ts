import { z } from 'zod';
import { jobStates } from '../job-states.ts';
import { pageOf, pageQuerySchema } from './page.ts';

const moment = (what: string) => z.int().nullable().describe(`${what}, in ms since the epoch.`);

/** A job as administrators see it in a list. */
const jobSchema = z.strictObject({
  id: z.string(),
  kind: z.string().describe('Such as `request-logs.prune`.'),
  state: z.enum(jobStates).describe('`dead` is a dead letter: it has failed for good and waits for a person.'),
  dedupeKey: z.string().nullable().describe('What there is one of at a time.'),
  dueAt: moment('When it is due, or, while it runs, when its claim ends'),
  attempts: z.int().describe('Since it last went well.'),
  createdAt: z.int(),
  startedAt: moment('When it was last begun'),
  finishedAt: moment('When it ended'),
  lastError: z.string().nullable().describe('Why the last attempt failed, without addresses and secrets.'),
  cancellable: z.boolean().describe('False for recurring jobs, and for those that others rely on.'),
});

/** One job, with what it was given. */
export const jobDetailSchema = jobSchema.extend({ payload: z.json() }).meta({ id: 'Job' });

export const jobPageSchema = pageOf(jobSchema.meta({ id: 'JobSummary' }));

export const jobQuerySchema = pageQuerySchema.extend({
  kind: z.string().max(60).optional(),
  state: z.enum(jobStates).optional(),
});
