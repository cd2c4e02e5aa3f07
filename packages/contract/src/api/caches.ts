import { z } from 'zod';
import { nanosSchema } from './page.ts';

export const cacheQuerySchema = z.strictObject({
  hours: z.coerce
    .number<number>()
    .int()
    .min(1)
    .max(720)
    .default(24)
    .describe('How far back; the hour under way counts.'),
});

/** What prompt caches did for one model on one channel. */
export const cacheRouteSchema = z.strictObject({
  channelId: z.string(),
  channel: z.string().nullable().describe('Its name; null when it is gone.'),
  model: z.string(),
  requests: z.int(),
  inputTokens: z.int().describe('All of the input, from caches or not.'),
  writtenTokens: z.int(),
  readTokens: z.int(),
  extraNanos: nanosSchema.describe('What writing cost beyond plain input.'),
  savedNanos: nanosSchema.describe('What reading cost less than plain input.'),
  wastedNanos: nanosSchema.describe('What of the extra was not saved again.'),
  unread: z.boolean().describe('Written again and again and hardly read: prompts change on their way, or move about.'),
});
export type CacheRoute = z.output<typeof cacheRouteSchema>;
