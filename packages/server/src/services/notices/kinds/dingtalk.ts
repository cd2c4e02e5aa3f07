import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { codeRefused, noticeKind, wholeText } from '../notice-kind.ts';

/** https://open.dingtalk.com/document/robots/customize-robot-security-settings */
export const dingtalk = noticeKind({
  label: '钉钉 DingTalk',
  settings: z.strictObject({
    url: z.url({ protocol: /^https$/, hostname: /^oapi\.dingtalk\.com$/ }).describe('Webhook of a custom robot.'),
    secret: z.string().max(200).default('').describe('Its signing secret (加签), if it has one.'),
  }),
  secrets: ['url', 'secret'],
  hint: () => 'oapi.dingtalk.com',
  request: ({ url, secret }, notice) => {
    const signed = new URL(url);
    if (secret !== '') {
      const timestamp = `${notice.at}`;
      signed.searchParams.set('timestamp', timestamp);
      signed.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'));
    }
    return { url: signed.href, body: { msgtype: 'text', text: { content: wholeText(notice) } } };
  },
  refused: (answer) => codeRefused(answer, 'errcode'),
});
