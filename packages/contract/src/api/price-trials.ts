import { z } from 'zod';
import { bucketNames } from '../buckets.ts';
import { priceSchema } from '../price.ts';
import { billLineSchema } from './bill.ts';
import { nanosSchema } from './page.ts';

const counts = Object.fromEntries(bucketNames.map((bucket) => [bucket, z.int().min(0).max(1e9).optional()])) as Record<
  (typeof bucketNames)[number],
  z.ZodOptional<z.ZodInt>
>;

/** A price that may not be in force, and a request that may never come. */
export const priceTrialSchema = z
  .strictObject({
    price: priceSchema,
    usage: z.strictObject(counts).describe('What the request used, in disjoint buckets.'),
    serviceTier: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('The tier that served it; `standard` where it is not said.'),
    geo: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('The geography that it was kept within, such as `us`; any where it is not said.'),
    at: z.int().min(0).optional().describe('When it came; now where it is not said.'),
    body: z.record(z.string(), z.json()).optional().describe('Its body, for what an expression reads with `param`.'),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe('Its headers, for what an expression reads with `header`.'),
  })
  .meta({ id: 'PriceTrial' });
export type PriceTrial = z.output<typeof priceTrialSchema>;

export const triedPriceSchema = z
  .strictObject({
    problem: z.string().nullable().describe('What is wrong with the expression, and where; the rest is null then.'),
    lines: z.array(billLineSchema).nullable(),
    amountNanos: nanosSchema.nullable().describe('What it would be charged, before any multiplier.'),
    holdNanos: nanosSchema.nullable().describe('What would be set aside for as much usage before it is served.'),
  })
  .meta({ id: 'TriedPrice' });
export type TriedPrice = z.output<typeof triedPriceSchema>;
