import { z } from 'zod';
import { momentSchema } from './page.ts';
import { requestFilters } from './requests.ts';

/** Files of the request log that are made in the background. */

export const exportFormats = ['csv', 'jsonl'] as const;
export const exportStates = ['waiting', 'running', 'done', 'failed'] as const;

/** The filters of the request log, as JSON has them: no texts that stand for numbers. */
const filters = z
  .strictObject({
    ...requestFilters,
    failed: z.boolean().optional(),
    stream: z.boolean().optional(),
    from: momentSchema.optional().describe('Default: a day before `to`.'),
    to: momentSchema.optional().describe('Default: now.'),
  })
  .describe('As of the list of requests.');

export const exportInputSchema = z.strictObject({
  format: z.enum(exportFormats).default('csv').describe('`jsonl`: one JSON object a line, as the list shows it.'),
  filters: filters.default({}),
});

export const exportSchema = z
  .strictObject({
    id: z.string(),
    format: z.enum(exportFormats),
    state: z.enum(exportStates),
    progress: z.number().min(0).max(1),
    rows: z.int().describe('So far.'),
    bytes: z.int(),
    truncated: z.boolean().describe('There were more than one export may hold; narrow it down.'),
    error: z.string().nullable().describe('Why it failed.'),
    createdAt: momentSchema,
    expiresAt: momentSchema.describe('When it is removed.'),
  })
  .meta({ id: 'Export' });
export type ExportView = z.output<typeof exportSchema>;
