import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { codeRefused, hostOf, noticeKind, wholeText } from '../notice-kind.ts';

/** https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
export const feishu = noticeKind({
  label: '飞书 Feishu, Lark',
  settings: z.strictObject({
    url: z
      .url({ protocol: /^https$/, hostname: /^open\.(?:feishu\.cn|larksuite\.com)$/ })
      .describe('Webhook of a custom bot.'),
    secret: z.string().max(200).default('').describe('Its signing secret, if it has one.'),
  }),
  secrets: ['url', 'secret'],
  hint: ({ url }) => hostOf(url),
  request: ({ url, secret }, notice) => {
    const timestamp = `${Math.floor(notice.at / 1000)}`;
    const sign = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
    const text = { msg_type: 'text', content: { text: wholeText(notice) } };
    return { url, body: secret === '' ? text : { timestamp, sign, ...text } };
  },
  refused: (answer) => codeRefused(answer, 'code'),
});
