import { z } from 'zod';
import { mailLanguages } from '../settings/mail.ts';
import { lineSchema, momentSchema } from './page.ts';

/** What people can be told of. */
export const noticeEvents = [
  'lowBalance',
  'budgetReached',
  'keyExpiring',
  'paymentCredited',
  'autoTopUpStopped',
  'renewalFailed',
  'newSignIn',
  'subscriptionEnding',
  'taskDone',
  'providerKeyRefused',
  'channelState',
  'errorRate',
  'upstreamModels',
  'cacheUnread',
] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** Of these only administrators are told. */
export const administratorsEvents: readonly NoticeEvent[] = [
  'channelState',
  'errorRate',
  'upstreamModels',
  'cacheUnread',
];

/** By what they are told. */
export const noticeKinds = [
  'email',
  'webhook',
  'bark',
  'gotify',
  'telegram',
  'slack',
  'discord',
  'feishu',
  'dingtalk',
  'wecom',
] as const;
export type NoticeKindName = (typeof noticeKinds)[number];

const hour = z.int().min(0).max(23);

const written = {
  name: lineSchema(60).describe('For oneself.'),
  enabled: z.boolean(),
  events: z.array(z.enum(noticeEvents)).max(noticeEvents.length).describe('What is told here.'),
  language: z.enum(mailLanguages).describe('In what it is written.'),
  quietFrom: hour.nullable().describe('Hour from which nothing is told, in one’s own time zone; null for never.'),
  quietTo: hour.nullable().describe('Hour at which it is told then.'),
  belowUsd: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/)
    .nullable()
    .describe('Balance of the wallet, in USD, below which it is low; null for never.'),
};
const settings = z
  .record(z.string().max(40), z.string().max(2000))
  .describe('What the kind needs to know; kept sealed, and never shown again.');

export const noticeTargetInputSchema = z.strictObject({
  kind: z.enum(noticeKinds),
  name: written.name,
  enabled: written.enabled.default(true),
  events: written.events.default([]),
  language: written.language.default('en'),
  quietFrom: written.quietFrom.default(null),
  quietTo: written.quietTo.default(null),
  belowUsd: written.belowUsd.default(null),
  settings: settings.default({}),
});
export type NoticeTargetInput = z.output<typeof noticeTargetInputSchema>;

export const noticeTargetPatchSchema = z.strictObject({ ...written, settings }).partial();
export type NoticeTargetPatch = z.output<typeof noticeTargetPatchSchema>;

export const noticeTargetSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(noticeKinds),
  ...written,
  hint: z.string().describe('Where it goes, as far as it may be shown.'),
  createdAt: momentSchema,
});
export type NoticeTargetView = z.output<typeof noticeTargetSchema>;

export const noticeKindSchema = z.strictObject({
  id: z.enum(noticeKinds),
  label: z.string(),
  available: z.boolean().describe('False for mail where there is none, or where one has no address.'),
  fields: z.array(
    z.strictObject({ name: z.string(), secret: z.boolean(), required: z.boolean(), description: z.string() }),
  ),
});

export const noticeTestSchema = z.strictObject({ sent: z.boolean(), said: z.string() });
