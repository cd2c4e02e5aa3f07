import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { hostOf, noticeKind } from '../notice-kind.ts';

/** JSON to an address of one's own, signed with the time, so that it can be neither forged nor played again. */
export const webhook = noticeKind({
  label: 'Webhook',
  settings: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('Address that is asked by POST.'),
    secret: z.string().min(16).describe('Signs each message: at least 16 characters.'),
  }),
  secrets: ['secret'],
  hint: ({ url }) => hostOf(url),
  request: ({ url, secret }, { id, event, title, text, url: page, at }) => {
    const body = JSON.stringify({ id, event, title, text, url: page ?? null, at });
    const seconds = Math.floor(at / 1000);
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return { url, headers: { 'x-tollgate-signature': `t=${seconds},v1=${signature}` }, body };
  },
});
