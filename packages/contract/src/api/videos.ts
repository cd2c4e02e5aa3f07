import { z } from 'zod';
import { momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Videos that vendors make while nobody waits. */

const videoStatuses = ['queued', 'in_progress', 'completed', 'failed'] as const;

export const videoQuerySchema = pageQuerySchema.extend({
  userId: z
    .string()
    .max(60)
    .optional()
    .describe('Whose; `all` for everybody’s. Administrators only; default: your own.'),
  open: z.enum(['true', 'false']).optional().describe('`true`: those only that are still being made.'),
});

export const videoSchema = z
  .strictObject({
    id: z.string().describe('As clients ask after it.'),
    requestId: z.string(),
    userId: z.string(),
    userName: z.string().nullable().describe('Their e-mail address; null when they are gone.'),
    model: z.string(),
    channelId: z.string().nullable().describe('Who makes it; null for non-administrators.'),
    prompt: z.string(),
    seconds: z.int().nullable().describe('How long it is, or was to be; null where neither client nor vendor says it.'),
    size: z.string().nullable(),
    status: z.enum(videoStatuses),
    progress: z.int().min(0).max(100).nullable(),
    failure: z.string().nullable().describe('Why there is none.'),
    amountNanos: nanosSchema.nullable().describe('What it cost; null until it is charged, and of one that failed.'),
    createdAt: momentSchema,
    finishedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Video' });
export type VideoView = z.output<typeof videoSchema>;

export const videoPageSchema = pageOf(videoSchema);
