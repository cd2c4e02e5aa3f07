import { z } from 'zod';
import { momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** Videos, music and drawings that vendors make while nobody waits. */

const videoStatuses = ['queued', 'in_progress', 'completed', 'failed'] as const;

const mediaKinds = ['video', 'music', 'drawing'] as const;

export const videoQuerySchema = pageQuerySchema.extend({
  userId: z
    .string()
    .max(60)
    .optional()
    .describe('Whose; `all` for everybody’s. Administrators only; default: your own.'),
  kind: z.enum(mediaKinds).optional().describe('Of this kind only.'),
  open: z.enum(['true', 'false']).optional().describe('`true`: those only that are still being made.'),
});

export const videoSchema = z
  .strictObject({
    id: z.string().describe('As clients ask after it.'),
    requestId: z.string(),
    userId: z.string(),
    userName: z.string().nullable().describe('Their e-mail address; null when they are gone.'),
    kind: z.enum(mediaKinds),
    action: z.string().nullable().describe('What was asked for, where a kind has several: `LYRICS`, `UPSCALE`.'),
    model: z.string(),
    channelId: z.string().nullable().describe('Who makes it; null for non-administrators.'),
    prompt: z.string(),
    seconds: z.int().nullable().describe('How long it is, or was to be; null where neither client nor vendor says it.'),
    size: z.string().nullable(),
    status: z.enum(videoStatuses),
    progress: z.int().min(0).max(100).nullable(),
    preview: z
      .string()
      .nullable()
      .describe(
        'Where it can be seen or heard by whoever knows the address; null while there is nothing, or only for its owner’s key.',
      ),
    thumbnail: z
      .string()
      .nullable()
      .describe(
        'Where a small picture of it is, for whoever knows the address: with `?width=160`, `320` or `640` appended; null where there is none.',
      ),
    failure: z.string().nullable().describe('Why there is none.'),
    files: z.int().describe('How many files the gateway keeps of it.'),
    history: z
      .array(z.strictObject({ what: z.string(), progress: z.int().nullable(), at: momentSchema }))
      .describe(
        'What became of it, step by step: `submitted`, `queued`, `in_progress`, `completed`, `failed`, `kept`.',
      ),
    cancelledAt: momentSchema.nullable().describe('When it was given up.'),
    amountNanos: nanosSchema.nullable().describe('What it cost; null until it is charged, and of one that failed.'),
    createdAt: momentSchema,
    finishedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Video' });
export type VideoView = z.output<typeof videoSchema>;

export const videoPageSchema = pageOf(videoSchema);

/** What a channel has begun and not ended. */
export const videoQueuesSchema = z.strictObject({
  data: z.array(
    z.strictObject({
      channelId: z.string(),
      channelName: z.string().nullable().describe('Null when it is gone.'),
      open: z.int().describe('Tasks that are not over.'),
      oldestAt: momentSchema.describe('When the oldest of them was begun.'),
      stuck: z.int().describe('Those of which nothing has been heard for ten minutes.'),
    }),
  ),
});
