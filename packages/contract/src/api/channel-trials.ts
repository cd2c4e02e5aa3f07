import { z } from 'zod';
import { channelInputSchema } from './configuration.ts';
import { mistakeSchema } from './overrides.ts';

export const trialFeatures = ['tools', 'vision'] as const;

const asked = {
  endpoint: z.string().max(60).optional().describe('Id of an endpoint, such as `chat`. Default: one whose bytes pass.'),
  model: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('As clients name it. Default: the channel’s test model, else its first.'),
  stream: z.boolean().optional(),
  credential: z.int().min(0).optional().describe('Index of the account. Default: the first in use.'),
};

/** A small request of the gateway's own to a channel. */
export const channelTestSchema = z.strictObject({
  ...asked,
  feature: z
    .enum(trialFeatures)
    .optional()
    .describe('Sent along with a chat: a tool that may be called, or a small picture. Told is whether it was taken.'),
});

export const channelTestedSchema = z.strictObject({
  ok: z.boolean(),
  status: z.int().describe('The upstream’s; 0 when it gave no answer.'),
  durationMs: z.int(),
  endpoint: z.string(),
  model: z.string(),
  upstreamModel: z.string(),
  stream: z.boolean(),
  credential: z.int(),
  cause: z.string().nullable().describe('Why it failed, such as `auth` or `rate_limited`.'),
  message: z.string(),
});

/** A channel before it is one: where its first account is, and nothing of who may use it. Nothing of it is kept. */
export const channelDraftSchema = channelInputSchema.pick({
  provider: true,
  baseUrl: true,
  credentials: true,
  settings: true,
  proxy: true,
});
export type ChannelDraft = z.output<typeof channelDraftSchema>;

export const channelDraftTestSchema = channelDraftSchema.extend({
  model: z.string().min(1).max(200).describe('As it is called upstream.'),
  endpoint: asked.endpoint,
  stream: asked.stream,
});

export const channelDraftModelsSchema = z.strictObject({
  models: z.array(z.string()).describe('Upstream names, as the account lists them.'),
  durationMs: z.int(),
});

/** A request to be shown as it would be sent. */
export const channelPreviewSchema = z.strictObject({
  ...asked,
  body: z.record(z.string(), z.json()).optional().describe('What the client sends. Default: a small sample.'),
  headers: z.record(z.string(), z.string().max(8192)).optional().describe('Headers of the client.'),
  overrides: z
    .record(z.string(), z.json())
    .optional()
    .describe('In place of the channel’s own. Whatever is wrong in them is told, not refused.'),
});

const sendableSchema = z.strictObject({
  url: z.string(),
  headers: z.record(z.string(), z.string()).describe('Secrets are masked.'),
  body: z.json(),
});

export const channelPreviewedSchema = z.strictObject({
  mistakes: z.array(mistakeSchema).describe('In the overrides that were given.'),
  mode: z.enum(['passthrough', 'translate']),
  protocol: z.string(),
  endpoint: z.string(),
  model: z.string(),
  upstreamModel: z.string(),
  losses: z.array(z.strictObject({ path: z.string(), kind: z.string() })),
  before: sendableSchema.describe('Without overrides.'),
  after: sendableSchema.nullable().describe('With them; null when the channel answers by itself.'),
  returned: z
    .strictObject({ status: z.int(), code: z.string(), message: z.string() })
    .nullable()
    .describe('What the channel answers by itself.'),
});
