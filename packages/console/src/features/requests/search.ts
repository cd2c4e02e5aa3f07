import { z } from '../../lib/zod.ts';

/** What the address of the log says. */
export const searchSchema = z.object({
  after: z.string().optional(),
  model: z.string().optional(),
  failed: z.literal('true').optional(),
  of: z.literal('me').optional(),
});
