import { z } from 'zod';
import { noticeKind, wholeText } from '../notice-kind.ts';

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
export const discord = noticeKind({
  label: 'Discord',
  settings: z.strictObject({
    url: z.url({ protocol: /^https$/, hostname: /^(?:discord|discordapp)\.com$/ }).describe('Webhook of a channel.'),
  }),
  secrets: ['url'],
  hint: () => 'discord.com',
  // Nobody is to be called by what stands in a name.
  request: ({ url }, notice) => ({
    url,
    body: { content: wholeText(notice).slice(0, 2000), allowed_mentions: { parse: [] } },
  }),
});
