import { z } from 'zod';
import { jobStates } from '../job-states.ts';
import { momentSchema, nanosSchema } from './page.ts';

/** What a gateway consists of, and how it does. */

const nodeSchema = z.strictObject({
  id: z.string(),
  current: z.boolean().describe('It is the one that answers.'),
  version: z.string().nullable().describe('Null when it did not say.'),
  startedAt: momentSchema,
  seenAt: momentSchema.describe('Its last sign of life.'),
  alive: z.boolean().describe('It was heard of within the last signs of life that are due.'),
  leases: z.int().describe('Accounts and limits of which it holds a part.'),
  leasedNanos: nanosSchema.describe('What it holds of them together, to be spent without asking.'),
});

export const systemSchema = z
  .strictObject({
    at: momentSchema.describe('The clock of the process that answers.'),
    version: z.string(),
    runtime: z.string().describe('What the process that answers runs on.'),
    startedAt: momentSchema.describe('When the process that answers was started.'),
    database: z.enum(['sqlite', 'postgres', 'mysql']),
    dataDir: z.string(),
    nodes: z.array(nodeSchema).describe('Latest first, 200 at most.'),
    outbox: z
      .strictObject({
        waiting: z.int().describe('Requests that are over and not yet in the database.'),
        bytes: z.int(),
        maxBytes: z.int().describe('With so many bytes no further requests are taken.'),
        posted: z.int().describe('Since the process was started.'),
        postingFails: z.boolean().describe('The last attempt to write to the database failed.'),
        writingFails: z.boolean().describe('The disk refused the last write.'),
        droppedNotes: z.int().describe('Log lines of refused requests that were given up.'),
      })
      .describe('Of the process that answers.'),
    jobs: z.strictObject({
      kinds: z.array(z.string()).describe('That the process that answers runs.'),
      counts: z.record(z.enum(jobStates), z.int()).describe('Jobs in each state; counting stops at 10 000.'),
    }),
  })
  .meta({ id: 'System' });
export type SystemView = z.output<typeof systemSchema>;

export const bookCheckSchema = z
  .strictObject({
    id: z.string(),
    askedBy: z.string(),
    createdAt: momentSchema,
    finishedAt: momentSchema.nullable(),
    state: z
      .enum(['running', 'agree', 'differ', 'failed'])
      .describe('`agree`: everything fits; `differ`: something does not; `failed`: there is no verdict.'),
    unexplained: z.int().nullable().describe('How many things do not fit; null without a verdict.'),
    problems: z
      .array(
        z.strictObject({
          check: z.string().describe('What ought to be true.'),
          subject: z.string().describe('Of what.'),
          found: z.string(),
          expected: z.string(),
          unit: z
            .enum(['nanos', 'plain'])
            .default('plain')
            .describe('What numbers are: nano-dollars, or counts and amounts of another currency.'),
        }),
      )
      .describe('Up to a hundred of each kind.'),
    error: z.string().nullable(),
  })
  .meta({ id: 'BookCheck' });
export type BookCheckView = z.output<typeof bookCheckSchema>;
