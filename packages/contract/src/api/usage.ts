import { z } from 'zod';
import { momentSchema, nanosSchema } from './page.ts';

/** Usage by any two of its sides, and overviews of it. Sums are of hours; all of one answer are read at one moment. */

export const usageMeasures = [
  'cost',
  'requests',
  'errors',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheSaved',
  'cacheExtra',
  'ttftP50',
  'ttftP95',
  'tokensPerSecond',
] as const;
export type UsageMeasure = (typeof usageMeasures)[number];

export const usageDimensions = [
  'model',
  'channel',
  'provider',
  'key',
  'user',
  'group',
  'endpoint',
  'status',
  'hour',
  'day',
] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** What a set of requests came to. */
export const usageSumsSchema = z
  .strictObject({
    requests: z.int(),
    errors: z.int().describe('Requests whose client got an error.'),
    inputTokens: z.int(),
    outputTokens: z.int(),
    cacheReadTokens: z.int().describe('Of the input, read from prompt caches of providers.'),
    cacheWriteTokens: z.int(),
    costNanos: nanosSchema,
    cacheSavedNanos: nanosSchema.describe('What reading from prompt caches cost less than plain input.'),
    cacheExtraNanos: nanosSchema.describe(
      'What writing to them cost more; wasted as far as it exceeds what was saved.',
    ),
    ttftP50Ms: z.number().nullable().describe('Time to the first token that half of the requests kept, by buckets.'),
    ttftP95Ms: z.number().nullable(),
    tokensPerSecond: z.number().nullable().describe('Of streams, after their first token.'),
  })
  .meta({ id: 'UsageSums' });
export type UsageSums = z.output<typeof usageSumsSchema>;

const moment = z.coerce.number<number>().pipe(momentSchema);
const dimension = z.enum(usageDimensions);

/** What narrows usage down, in the queries of several operations. */
export const usageFilters = {
  userId: z.string().max(80).optional().describe('Owner; administrators may name another, or `all`.'),
  keyId: z.string().max(80).optional(),
  model: z.string().max(200).optional().describe('As clients asked for it.'),
  group: z.string().max(60).optional(),
  endpoint: z.string().max(60).optional().describe('Such as `openai-chat/chat`.'),
  channelId: z.string().max(80).optional().describe('For administrators.'),
  provider: z.string().max(60).optional().describe('For administrators.'),
};

export const usageAskSchema = z.strictObject({
  ...usageFilters,
  measure: z.enum(usageMeasures).default('cost').describe('Decides the order of the rows; all measures are answered.'),
  groupBy: dimension.default('model'),
  splitBy: dimension.optional().describe('Each row once more by this.'),
  from: moment.optional().describe('Begins with the hour that holds it. Default: a day before `to`.'),
  to: moment.optional().describe('Ends with the hour that holds it. Default: now.'),
  compare: z.stringbool().default(true).describe('Also for the stretch of the same length before.'),
  limit: z.coerce.number<number>().int().min(1).max(1000).default(20).describe('Rows; what is beyond is `others`.'),
  zoneMinutes: z.coerce
    .number<number>()
    .int()
    .min(-840)
    .max(840)
    .default(0)
    .describe('Minutes that the days of the answer are ahead of UTC.'),
});

const rowFields = {
  key: z.string().describe('Id or name; of an hour or a day ms of its start.'),
  label: z.string().describe('For people: the name of what has an id.'),
  sums: usageSumsSchema,
  previous: usageSumsSchema.nullable().describe('Null where it was not asked for, and of hours and days.'),
};
export const usageRowSchema = z.strictObject({
  ...rowFields,
  split: z.array(z.strictObject(rowFields)).describe('Empty without `splitBy`.'),
});

export const usageAnswerSchema = z.strictObject({
  from: momentSchema,
  to: momentSchema.describe('Not included.'),
  source: z.enum(['rollups', 'log']).describe('`log` reaches back no further than the request log is kept.'),
  rows: z.array(usageRowSchema),
  others: z.strictObject({ rows: z.int(), sums: usageSumsSchema }).nullable(),
  total: usageSumsSchema,
  previousTotal: usageSumsSchema.nullable(),
});
export type UsageAnswer = z.output<typeof usageAnswerSchema>;

export const viewInputSchema = z.strictObject({
  page: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[a-z0-9][a-z0-9.-]*$/)
    .describe('Page of the console that it is a view of.'),
  name: z.string().trim().min(1).max(60),
  query: z.string().max(30_000).describe('Search parameters of the page, or what else it keeps under a name.'),
  shared: z.boolean().optional().describe('Shown to everybody; takes the permission `settings:write`. Default: false.'),
});
export type ViewInput = z.output<typeof viewInputSchema>;
export const viewPatchSchema = viewInputSchema.omit({ page: true }).partial();
export type ViewPatch = z.output<typeof viewPatchSchema>;
export const viewSchema = viewInputSchema.extend({
  id: z.string(),
  shared: z.boolean().describe('Shown to everybody.'),
  own: z.boolean().describe('False for one that somebody else shares.'),
  changeable: z.boolean().describe('Whether the caller may change or forget it.'),
  createdAt: momentSchema,
  updatedAt: momentSchema,
});
export type SavedView = z.output<typeof viewSchema>;
export const viewListQuerySchema = z.strictObject({ page: z.string().max(60).optional() });
