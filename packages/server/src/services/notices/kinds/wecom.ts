import { z } from 'zod';
import { codeRefused, noticeKind, wholeText } from '../notice-kind.ts';

/** https://developer.work.weixin.qq.com/document/path/91770 */
export const wecom = noticeKind({
  label: '企业微信 WeCom',
  settings: z.strictObject({
    url: z.url({ protocol: /^https$/, hostname: /^qyapi\.weixin\.qq\.com$/ }).describe('Webhook of a group robot.'),
  }),
  secrets: ['url'],
  hint: () => 'qyapi.weixin.qq.com',
  request: ({ url }, notice) => ({ url, body: { msgtype: 'text', text: { content: wholeText(notice) } } }),
  refused: (answer) => codeRefused(answer, 'errcode'),
});
