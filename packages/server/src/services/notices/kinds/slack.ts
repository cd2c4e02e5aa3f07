import { z } from 'zod';
import { noticeKind, wholeText } from '../notice-kind.ts';

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack = noticeKind({
  label: 'Slack',
  settings: z.strictObject({
    url: z.url({ protocol: /^https$/, hostname: /^hooks\.slack\.com$/ }).describe('Incoming webhook.'),
  }),
  secrets: ['url'],
  hint: () => 'hooks.slack.com',
  request: ({ url }, notice) => ({ url, body: { text: wholeText(notice) } }),
});
