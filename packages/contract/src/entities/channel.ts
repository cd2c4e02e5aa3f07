import { z } from 'zod';
import { priceSchema } from '../price.ts';
import { groupNameSchema, ignoreRuleSchema, percentSchema, tagSchema } from './names.ts';
import { field, optional, type ValuesOf } from './field.ts';

const ms = (max: number) => z.int().min(100).max(max).optional();

/** How a channel chooses among its accounts. */
export const keyModes = ['random', 'round-robin', 'least-loaded'] as const;

/** What is done about models that an upstream begins to list. */
export const watchModes = ['off', 'tell', 'add'] as const;

/** Fields of a channel that are kept, changed and shown as they are. */
export const channelFields = {
  settings: field.json({ schema: z.record(z.string(), z.json()), default: {} }, 'Fields of the provider’s settings.'),
  groups: field.texts(
    { each: groupNameSchema, min: 1, max: 100, default: ['default'] },
    'Groups whose users reach this channel.',
  ),
  priority: field.integer({ min: -1_000_000, max: 1_000_000, default: 0 }, 'Higher is tried first.'),
  weight: field.integer({ min: 0, max: 1_000_000, default: 1 }, 'Share of the traffic among channels of one priority.'),
  enabled: field.flag({ default: true }, 'False takes it out of use.'),
  tags: field.texts({ each: tagSchema, max: 50, default: [] }, 'Labels to find channels by.'),
  ignoredModels: field.texts(
    { each: ignoreRuleSchema, max: 1000, default: [] },
    'Models of the upstream that are left aside when they are listed: names, or `re:` and a pattern.',
  ),
  watchModels: field.json(
    { schema: z.enum(watchModes), default: 'off' as const },
    'Whether its upstream’s list of models is looked at now and then: what is new there is told (`tell`), or served at once (`add`).',
  ),
  remark: field.text({ max: 255, default: '' }, 'What administrators should know of it.'),
  statusMapping: field.json(
    {
      schema: z.record(z.string().regex(/^[345]\d\d$/, 'must be a status from 300 to 599'), z.int().min(400).max(599)),
      default: {},
    },
    'Statuses of the upstream’s refusals that are taken for others, such as `{"429": 503}`, before anything follows from them.',
  ),
  systemPrompt: optional.json(
    {
      schema: z.strictObject({
        text: z.string().min(1).max(100_000),
        mode: z
          .enum(['fallback', 'set', 'prepend', 'append'])
          .describe('`fallback`: where the client says none. The others go before, after or in place of the client’s.'),
      }),
    },
    'System prompt of every conversation on this channel.',
  ),
  thinkingToContent: field.flag({ default: false }, 'Hands reasoning on as text, between `<think>` and `</think>`.'),
  passFields: field.texts(
    { each: z.string().min(1).max(60), max: 50, default: [] },
    'Fields of requests that reach the vendor though they can make it serve what is not priced (`models`, `route`, `provider`, `plugins`, `preset`, `fallbacks`, `extra_body`, `web_search_options` …). The others of these are left out, and told as lost.',
  ),
  timeouts: field.json(
    {
      schema: z.strictObject({
        connectMs: ms(120_000).describe('To connect, TLS included.'),
        firstByteMs: ms(3_600_000).describe('From sending a request to the head of its answer.'),
        idleMs: ms(3_600_000).describe('Longest silence within an answer.'),
        totalMs: ms(86_400_000).describe('Longest life of one attempt.'),
      }),
      default: {},
    },
    'In place of those of the settings `relay`.',
  ),
  concurrency: optional.integer(
    { min: 1, max: 1_000_000 },
    'Requests on it at once, in each process. Beyond it others are asked; where there are none, a place is waited for (`relay.waitForTargetsMs`).',
  ),
  costs: optional.json(
    {
      schema: z.strictObject({
        percentOfPrice: percentSchema
          .optional()
          .describe('What a request costs here, in percent of the model’s price without any multiplier.'),
        prices: z
          .record(
            z.string().min(1).max(200),
            priceSchema.refine((price) => price.expression === undefined, {
              path: ['expression'],
              message: 'what a provider charges is said in rates',
            }),
          )
          .optional()
          .describe('Its price list, by the names of models upstream; what stands here goes before the percentage.'),
      }),
    },
    'What its provider charges. With it, usage says what was earned.',
  ),
  keyMode: field.json(
    { schema: z.enum(keyModes), default: 'random' as const },
    'How it chooses among its credentials: by chance, in turn, or the one with the fewest requests open.',
  ),
  autoDisable: field.flag(
    { default: true },
    'Whether refusals that say that an account is no good take it out of use, where the settings `autoDisable` are on.',
  ),
  testModel: field.text({ max: 200, default: '' }, 'The model by which it is tested. Absent: its first one.'),
};
export type ChannelFields = ValuesOf<typeof channelFields>;
