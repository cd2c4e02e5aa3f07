import { z } from 'zod';
import { noticeKind, wholeText } from '../notice-kind.ts';

/** https://core.telegram.org/bots/api#sendmessage */
export const telegram = noticeKind({
  label: 'Telegram',
  settings: z.strictObject({
    botToken: z
      .string()
      .regex(/^\d{5,20}:[\w-]{20,100}$/)
      .describe('Token of your bot.'),
    chatId: z.string().min(1).max(100).describe('Number of the chat, or @name of a channel.'),
  }),
  secrets: ['botToken'],
  hint: ({ chatId }) => chatId,
  request: ({ botToken, chatId }, notice) => ({
    url: `https://api.telegram.org/bot${botToken}/sendMessage`,
    body: { chat_id: chatId, text: wholeText(notice) },
  }),
});
