import { z } from 'zod';
import { billLineSchema } from './bill.ts';
import { usdSchema } from '../price.ts';
import { momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** The request log and its hourly sums. Channels and what was sent upstream are shown to administrators only. */

const whose = z.string().max(80).optional().describe('Owner; administrators may name another, or `all`.');

const moment = z.coerce.number<number>().pipe(momentSchema);

/** What narrows the request log down, in every operation on it. */
export const requestFilters = {
  userId: whose,
  keyId: z.string().max(80).optional(),
  keyName: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Of the key; `*` stands for any text, and capitals make no difference.'),
  model: z.string().max(200).optional().describe('As the client asked for it; `*` stands for any text, as in `gpt-*`.'),
  channelId: z.string().max(80).optional().describe('For administrators.'),
  provider: z.string().max(60).optional().describe('Of the channel. For administrators.'),
  group: z.string().max(100).optional(),
  endpoint: z.string().max(100).optional().describe('Protocol and operation, such as `openai-chat/chat`.'),
  failed: z.stringbool().optional().describe('True shows only requests that failed.'),
  status: z
    .string()
    .regex(/^[1-5](\d\d|xx)$/, 'must be a status such as 429, or a class such as 5xx')
    .optional()
    .describe('A status, or a class of them: `429`, `5xx`.'),
  errorCode: z.string().max(60).optional(),
  stream: z.stringbool().optional(),
  minCostUsd: usdSchema.optional().describe('Charged so much or more.'),
  from: moment.optional().describe('Received at this moment or later.'),
  to: moment.optional().describe('Received before this moment.'),
};

export const requestQuerySchema = pageQuerySchema.extend(requestFilters);

export const histogramQuerySchema = z.strictObject({
  ...requestFilters,
  buckets: z.coerce.number<number>().int().min(1).max(120).default(60).describe('About how many.'),
});

export const histogramSchema = z.strictObject({
  from: momentSchema,
  to: momentSchema,
  bucketMs: z.int(),
  buckets: z.array(z.strictObject({ at: momentSchema, requests: z.int(), errors: z.int() })).describe('Each of them.'),
});

export const tailQuerySchema = z.strictObject(requestFilters).omit({ from: true, to: true });

const payerKindSchema = z.enum(['wallet', 'team', 'allowance', 'credit', 'account', 'key', 'budget', 'limit']);

export const requestSchema = z
  .strictObject({
    id: z.string().describe('As in the `x-request-id` of the answer.'),
    at: momentSchema,
    userId: z.string(),
    userName: z.string().nullable().describe('Their e-mail address; null when they are gone.'),
    keyId: z.string(),
    keyName: z.string().nullable(),
    via: z
      .enum(['playground'])
      .nullable()
      .describe('`playground`: asked in the console, as the key; null for who has the key’s text.'),
    group: z.string(),
    protocol: z.string(),
    operation: z.string(),
    model: z.string().describe('As the client asked for it.'),
    modelServed: z.string().nullable().describe('As sent upstream; null when nothing was, and for non-administrators.'),
    modelAnswered: z
      .string()
      .nullable()
      .describe(
        'As the answer names it, where that is another model than was asked; null elsewhere, and for non-administrators.',
      ),
    channelId: z.string().nullable(),
    conversion: z
      .strictObject({
        upstreamProtocol: z
          .string()
          .nullable()
          .describe('What was spoken to the upstream; null for non-administrators.'),
        losses: z
          .array(
            z.strictObject({
              path: z.string().describe('The field, such as `messages[0].parts[1].cache`.'),
              kind: z.string().describe('`dropped`: gone; `approximated`: something near it was sent instead.'),
            }),
          )
          .describe('What was not kept, of the request and of the answer.'),
        moreLosses: z.int().describe('How many are not listed.'),
      })
      .nullable()
      .describe('How it was translated; null where client and upstream spoke the same protocol.'),
    stream: z.boolean(),
    status: z.int(),
    errorCode: z.string().nullable(),
    endReason: z.string(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    usage: z.record(z.string(), z.number()).describe('Disjoint buckets; one that is absent was not reported.'),
    usageSource: z
      .string()
      .describe(
        '`provider`, `provider_reported_zero`, `estimated`, `implausible` (reported, but it cannot be), or `none`.',
      ),
    amountNanos: nanosSchema,
    bill: z
      .strictObject({
        lines: z.array(billLineSchema),
        multiplier: z.string().describe('Factor on the sum of the lines.'),
        priceVersion: z.string(),
      })
      .nullable()
      .describe('How the amount came about; null when nothing was charged.'),
    ownKey: z
      .strictObject({
        listPriceNanos: nanosSchema
          .nullable()
          .describe('What the model’s price would have come to, of which the amount is the fee; null for none.'),
      })
      .optional()
      .describe('Present where a provider key of one’s own served it, whose owner pays the provider.'),
    paidBy: z
      .array(
        z.strictObject({
          kind: payerKindSchema.describe(
            '`wallet`, `team` (the wallet of one), `allowance` (of a subscription), `credit` (that expires) and `account` (another one) paid; on `key`, `budget` and `limit` it was only counted.',
          ),
          id: z.string().nullable().describe('Of the subscription, the key, the budget; null when it is gone.'),
          name: z.string().nullable().describe('Such as the name of the plan.'),
          unit: z.enum(['money', 'tokens', 'requests']),
          amount: nanosSchema.describe('Nano-dollars; tokens or requests where the unit says so.'),
        }),
      )
      .describe('Who paid, in the order in which they paid, and what it was counted against; empty without a charge.'),
    shortfall: z
      .strictObject({
        kind: payerKindSchema,
        id: z.string().nullable(),
        name: z.string().nullable(),
        unit: z.enum(['money', 'tokens', 'requests']),
        available: nanosSchema.describe('What it had for the request then.'),
        needed: nanosSchema.describe('What the request might have come to.'),
        endsAt: momentSchema.nullable().describe('When its next period begins.'),
      })
      .nullable()
      .describe('What had too little, of a request that was refused for it; kinds are those of `paidBy`.'),
    ttftMs: z.number().describe('To the first byte of output; 0 when there was none.'),
    totalMs: z.number(),
    tokensPerSecond: z.number().nullable(),
    clientIp: z.string(),
    attemptCount: z.int(),
    attempts: z
      .array(
        z.strictObject({
          channelId: z.string(),
          credential: z.int(),
          status: z.int(),
          cause: z.string(),
          durationMs: z.number(),
          startedMs: z.number().nullable().describe('After the receipt; null in old rows.'),
          connectMs: z.number().nullable().describe('Until a connection stood; null when one was there already.'),
          headMs: z.number().nullable().describe('To the head of the answer; null when none came.'),
        }),
      )
      .describe('For administrators; empty for others.'),
    steps: z
      .strictObject({
        identifiedMs: z.number().describe('The key was known.'),
        inspectedMs: z.number().describe('The body had been read.'),
        plannedMs: z.number().describe('It was known who may serve it.'),
        admittedMs: z.number().describe('It was within its limits, and money was set aside.'),
      })
      .nullable()
      .describe(
        'When the steps before the first attempt were over, after the receipt; 0: not reached. Null in old rows.',
      ),
    routing: z
      .strictObject({
        order: z
          .array(z.strictObject({ channelId: z.string(), credential: z.int() }))
          .describe('Targets in the order in which they were to be tried; the first eight.'),
        aside: z
          .array(
            z.strictObject({
              channelId: z.string(),
              credential: z.int().nullable().describe('Null for all of the channel.'),
              reason: z
                .string()
                .describe(
                  '`resting`: it failed, or asked for a pause; `no_exchange`: it cannot be asked in this way; `operation`: its model cannot; `no_price`.',
                ),
              forMs: z.number().nullable().describe('How much longer it rests.'),
            }),
          )
          .describe('Who might have served it, and why not.'),
      })
      .nullable()
      .describe('For administrators; null for others, and where there was nothing to choose.'),
  })
  .meta({ id: 'Request' });
export type RequestView = z.output<typeof requestSchema>;

export const requestPageSchema = pageOf(requestSchema);

export const tailEventSchema = z.strictObject({
  requests: z
    .array(requestSchema)
    .describe('That have ended since the event before, in the order in which they ended.'),
  missed: z.int().describe('How many more there were than a client that reads so slowly can be sent.'),
});
export type TailEvent = z.output<typeof tailEventSchema>;

export const usageQuerySchema = z.strictObject({
  userId: whose,
  from: z.coerce.number<number>().pipe(momentSchema).optional().describe('Default: a day before `to`.'),
  to: z.coerce.number<number>().pipe(momentSchema).optional().describe('Default: now.'),
});

export const usageSchema = z.strictObject({
  data: z.array(
    z.strictObject({
      hour: momentSchema.describe('Start of the hour.'),
      model: z.string(),
      channelId: z.string().nullable().describe('For administrators; null for others.'),
      requests: z.int(),
      errors: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      amountNanos: nanosSchema,
      ttftMs: z.number().describe('Sum over the requests.'),
      totalMs: z.number().describe('Sum over the requests.'),
    }),
  ),
});
export type UsageView = z.output<typeof usageSchema>;

export const statementQuerySchema = pageQuerySchema.extend({
  userId: z.string().max(80).optional(),
  usage: z.stringbool().default(true).describe('False leaves out what was paid for usage.'),
});

export const statementSchema = pageOf(
  z.strictObject({
    transactionId: z.string(),
    kind: z.string().describe('Such as `usage`, `top_up`, `adjustment`.'),
    at: momentSchema,
    amountNanos: nanosSchema.describe('Negative takes from the wallet.'),
    note: z.string(),
  }),
);
