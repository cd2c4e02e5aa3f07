import { z } from 'zod';
import { momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** What providers' accounts keep for those who had it made there: files, batches, caches. */

export const storedObjectKinds = [
  'file',
  'batch',
  'cached_content',
  'vector_store',
  'container',
  'conversation',
  'upload',
  'skill',
  'agent',
  'environment',
  'vault',
  'character',
] as const;

export const storedObjectQuerySchema = pageQuerySchema.extend({
  userId: z
    .string()
    .max(60)
    .optional()
    .describe('Whose; `all` for everybody’s. Administrators only; default: your own.'),
  kind: z.enum(storedObjectKinds).optional().describe('Of this kind only.'),
  state: z
    .enum(['working', 'ended', 'kept'])
    .optional()
    .describe('`working`: batches that are worked on; `ended`: batches that are over; `kept`: what is no batch.'),
});

export const storedObjectSchema = z
  .strictObject({
    id: z.string().describe('Of the gateway.'),
    vendorId: z.string().describe('As its provider calls it, and so do applications.'),
    requestId: z.string().describe('By which request it was made.'),
    userId: z.string(),
    userName: z.string().nullable().describe('Their e-mail address; null when they are gone.'),
    keyId: z.string(),
    keyName: z.string().nullable().describe('Name of the key that it was made with; null when that is gone.'),
    kind: z.enum(storedObjectKinds),
    channelId: z.string().nullable().describe('Which channel keeps it; null for non-administrators.'),
    name: z.string().nullable().describe('As its maker calls it; null where it has no name.'),
    purpose: z
      .string()
      .nullable()
      .describe('What it is for, as its provider has it: `batch`, `/v1/chat/completions`, `application/pdf`.'),
    model: z.string().nullable(),
    state: z
      .enum(['working', 'cancelling', 'completed', 'failed', 'cancelled', 'expired', 'kept'])
      .describe('As its provider last told; what is no batch is `kept`.'),
    progress: z
      .strictObject({ done: z.int(), failed: z.int(), total: z.int() })
      .nullable()
      .describe('How many requests of a batch were answered and how many were not, of all.'),
    bytes: z.int().nullable(),
    tokens: z.int().nullable().describe('Of a cache, how many are kept.'),
    costPerHourNanos: nanosSchema.nullable().describe('What keeping it costs for an hour; null where that is free.'),
    amountNanos: nanosSchema
      .nullable()
      .describe('Of a batch, what it cost, once that is known; of a cache, what making it cost.'),
    createdAt: momentSchema,
    expiresAt: momentSchema.nullable().describe('Until when its provider keeps it; null: until it is deleted.'),
    mayCancel: z.boolean().describe('Whether it can be cancelled now.'),
    mayDelete: z.boolean().describe('Whether it can be deleted now.'),
  })
  .meta({ id: 'StoredObject' });
export type StoredObjectView = z.output<typeof storedObjectSchema>;

export const storedObjectPageSchema = pageOf(storedObjectSchema);
