import { z } from 'zod';
import { bucketNames } from '../buckets.ts';
import { nanosSchema } from './page.ts';

/** One line of a bill; the amount is the exact sum of quantity times rate, times the multiplier, rounded once. */
export const billLineSchema = z.strictObject({
  bucket: z.string().describe(`What was counted: ${bucketNames.join(', ')}; \`call\` for the request itself.`),
  quantity: z.number(),
  rateNanos: nanosSchema.describe('Per million units; for the bucket `call`, per request.'),
  condition: z
    .string()
    .nullable()
    .describe('Why this rate and no other, such as `tier: flex`; null for the default of the price.'),
});
