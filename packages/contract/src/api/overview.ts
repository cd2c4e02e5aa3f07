import { z } from 'zod';
import { momentSchema, nanosSchema } from './page.ts';
import { usageRowSchema, usageSumsSchema } from './usage.ts';

/** What Home and the list of channels say at a glance. */

export const channelStates = ['enabled', 'degraded', 'cooling', 'disabled'] as const;

export const channelHealthSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    provider: z.string(),
    state: z
      .enum(channelStates)
      .describe('As the process that answers has it: `cooling` takes no requests for a while, `degraded` fails some.'),
    reason: z.string().nullable().describe('Why it is not simply enabled, in words.'),
    by: z.string().nullable().describe('Who disabled it: `user:…`, `gateway`, `file:…`.'),
    byName: z.string().nullable().describe('What that person is called; null where nobody did, or they are gone.'),
    since: momentSchema.nullable().describe('When it was disabled.'),
    resumesInMs: z.int().nullable().describe('Until a cooling channel is tried again.'),
    keys: z.strictObject({ ok: z.int(), total: z.int() }),
    strip: z
      .array(z.strictObject({ hour: momentSchema, requests: z.int(), errors: z.int() }))
      .describe('The last 30 hours, oldest first, by requests that it served last.'),
    last24h: usageSumsSchema,
  })
  .meta({ id: 'ChannelHealth' });
export type ChannelHealth = z.output<typeof channelHealthSchema>;

const zoneMinutes = z.coerce
  .number<number>()
  .int()
  .min(-840)
  .max(840)
  .default(0)
  .describe('Minutes that the reader’s midnight is ahead of UTC’s.');

export const overviewQuerySchema = z.strictObject({ zoneMinutes });

const seriesSchema = z
  .array(
    z.strictObject({
      hour: momentSchema,
      sums: usageSumsSchema,
    }),
  )
  .describe('The last 24 hours, oldest first, each of them present; the last one is under way.');

const common = {
  at: momentSchema,
  last24h: usageSumsSchema,
  previous24h: usageSumsSchema,
  series: seriesSchema,
};

export const myOverviewSchema = z.strictObject({
  ...common,
  today: usageSumsSchema.describe('Since the reader’s midnight.'),
  yesterday: usageSumsSchema,
  balanceNanos: nanosSchema,
  runwayDays: z
    .number()
    .nullable()
    .describe('How long the balance lasts at the pace of the last 7 days; null for ever.'),
  keys: z
    .array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        enabled: z.boolean(),
        expiresAt: momentSchema.nullable(),
        limitNanos: nanosSchema.nullable(),
        spentNanos: nanosSchema.describe('In its whole life.'),
        last24h: usageSumsSchema,
      }),
    )
    .describe('The dearest of the last 24 hours first; ten at most.'),
  errors: z
    .array(
      z.strictObject({
        id: z.string(),
        at: momentSchema,
        model: z.string(),
        keyId: z.string(),
        status: z.int(),
        errorCode: z.string().nullable(),
      }),
    )
    .describe('The last of one’s requests that failed.'),
});
export type MyOverview = z.output<typeof myOverviewSchema>;

export const attentionKinds = [
  'channel_cooling',
  'channel_degraded',
  'channel_disabled',
  'account_disabled',
  'cache_unread',
  'model_unpriced',
  'models_new',
  'models_gone',
  'key_expiring',
  'key_exhausted',
  'wallet_empty',
  'job_dead',
] as const;

export const gatewayStates = ['unused', 'healthy', 'degraded'] as const;

export const gatewayStatusSchema = z
  .strictObject({
    state: z
      .enum(gatewayStates)
      .describe(
        '`unused` has no channel yet; `degraded` has channels that are cooling or fail or none that is enabled, or had 3 errors or more in the last 15 minutes that were a tenth of the requests or more.',
      ),
    channels: z.strictObject({
      total: z.int(),
      enabled: z.int(),
      degraded: z.int(),
      cooling: z.int(),
      disabled: z.int(),
    }),
    last15m: z.strictObject({ requests: z.int(), errors: z.int() }),
  })
  .meta({ id: 'GatewayStatus' });
export type GatewayStatus = z.output<typeof gatewayStatusSchema>;

export const gatewayOverviewSchema = z.strictObject({
  ...common,
  status: gatewayStatusSchema,
  top: z
    .strictObject({
      models: z.array(usageRowSchema),
      users: z.array(usageRowSchema),
      keys: z.array(usageRowSchema),
      channels: z.array(usageRowSchema),
    })
    .describe('The dearest five of the last 24 hours, beside the 24 before.'),
  attention: z.array(
    z.strictObject({
      kind: z.enum(attentionKinds),
      subject: z.string().describe('Id or name of what it is about.'),
      label: z.string().describe('Its name, for people.'),
      detail: z.string().nullable(),
      at: momentSchema.nullable(),
    }),
  ),
  overhead: z
    .strictObject({
      requests: z.int().describe('How many of the last requests it is worked out from.'),
      p50Ms: z.number().nullable(),
      p95Ms: z.number().nullable(),
    })
    .describe('What the gateway itself took, apart from attempts at providers.'),
});
export type GatewayOverview = z.output<typeof gatewayOverviewSchema>;
