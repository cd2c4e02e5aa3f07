import { z } from 'zod';
import { momentSchema, nanosSchema } from './page.ts';

/** What was earned: what people were charged, beside what providers charge. */

export const marginDimensions = ['model', 'channel', 'user', 'group', 'day'] as const;

const moment = z.coerce.number<number>().pipe(momentSchema);

export const marginQuerySchema = z.strictObject({
  groupBy: z.enum(marginDimensions).default('model'),
  from: moment.optional().describe('Begins with the hour that holds it. Default: 30 days before `to`.'),
  to: moment.optional().describe('Ends with the hour that holds it. Default: now.'),
  zoneMinutes: z.coerce
    .number<number>()
    .int()
    .min(-840)
    .max(840)
    .default(0)
    .describe('Minutes that the days of the answer are ahead of UTC.'),
});

const sums = {
  requests: z.int(),
  revenueNanos: nanosSchema.describe('What people were charged.'),
  costedNanos: nanosSchema.describe('Of the revenue, that of requests whose cost is known.'),
  costNanos: nanosSchema.describe('What providers charge for those.'),
};

export const marginAnswerSchema = z.strictObject({
  from: momentSchema,
  to: momentSchema.describe('Not included.'),
  rows: z
    .array(
      z
        .strictObject({
          key: z.string().describe('Id or name; of a day ms of its start.'),
          label: z.string(),
          ...sums,
        })
        .meta({ id: 'Margin' }),
    )
    .describe('Those of most revenue first, a thousand at most; days in their order.'),
  total: z.strictObject(sums),
});
export type MarginAnswer = z.output<typeof marginAnswerSchema>;
