import { z } from 'zod';
import { priceSchema } from '../price.ts';
import { momentSchema } from './page.ts';

/** What members and visitors see of the models: no channels, no accounts, no amounts of traffic, nothing of what it costs upstream. */

const share = z.number().min(0).max(1);

export const modelStates = ['up', 'degraded', 'down'] as const;
const modality = z.enum(['text', 'image', 'audio', 'video', 'pdf']);

export const catalogModelSchema = z.strictObject({
  name: z.string(),
  vendor: z.string().describe('Who made it, as far as it is known.'),
  operations: z.array(z.string()).nullable().describe('What it can be asked; null for everything.'),
  contextTokens: z.int().nullable(),
  maxOutputTokens: z.int().nullable(),
  input: z.array(modality).nullable().describe('What goes in; null where it is not known.'),
  output: z.array(modality).nullable(),
  reasoning: z.boolean().nullable(),
  tools: z.boolean().nullable(),
  structuredOutput: z.boolean().nullable(),
  title: z.string().nullable().describe('What people call it, where that is not its name.'),
  retiresOn: z.string().nullable().describe('When its maker stops serving it, as an ISO date, where that was said.'),
  price: priceSchema
    .nullable()
    .describe('What the reader pays, their multiplier applied; null where it costs nothing.'),
});
export type CatalogModel = z.output<typeof catalogModelSchema>;

export const modelUptimeSchema = z.strictObject({
  name: z.string(),
  state: z.enum(modelStates).describe('Whether requests for it can be served now.'),
  uptime24h: share.nullable().describe('Of the requests that reached a provider, those that were answered.'),
  uptime90d: share.nullable(),
  ttftP50Ms: z.number().nullable().describe('Of the last 24 hours.'),
  tokensPerSecond: z.number().nullable().describe('Of streams of the last 24 hours.'),
  days: z.array(share.nullable()).describe('The last 90 days (UTC), oldest first; null where nobody asked for it.'),
});
export type ModelUptime = z.output<typeof modelUptimeSchema>;

const rankSchema = z.strictObject({
  name: z.string(),
  vendor: z.string(),
  share: share.describe('Of all tokens.'),
  before: share.describe('In the stretch of the same length before.'),
});
export const rankPeriods = ['day', 'week', 'month'] as const;
export type RankPeriod = (typeof rankPeriods)[number];

export const catalogSchema = z
  .strictObject({
    at: momentSchema.describe('When it was put together; it is kept for a minute.'),
    group: z.string().describe('Whose models and prices these are.'),
    multiplier: z.string().describe('By which the prices were multiplied.'),
    models: z.array(catalogModelSchema).nullable().describe('Null where the marketplace is closed.'),
    uptime: z.array(modelUptimeSchema).nullable().describe('Null where the status page is closed.'),
    rankings: z
      .strictObject({ day: z.array(rankSchema), week: z.array(rankSchema), month: z.array(rankSchema) })
      .nullable()
      .describe('Null where the rankings are closed.'),
  })
  .meta({ id: 'Catalog' });
export type Catalog = z.output<typeof catalogSchema>;
