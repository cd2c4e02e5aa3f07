import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { hostOf, noticeKind, type Notice } from '../notice-kind.ts';

/** To see what a template makes. */
const sample: Notice = { id: 'id', event: 'test', title: '"', text: '\n', url: undefined, at: 0 };

/** A template filled in, which no title can break out of its text; undefined where that is no JSON. */
function written(template: string, notice: Notice): string | undefined {
  const values = new Map(Object.entries({ ...notice, url: notice.url ?? '' }));
  const filled = template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values.get(name);
    return value === undefined ? whole : JSON.stringify(String(value)).slice(1, -1);
  });
  try {
    JSON.parse(filled);
    return filled;
  } catch {
    return undefined;
  }
}

/** JSON to an address of one's own, signed with the time, so that it can be neither forged nor played again. */
export const webhook = noticeKind({
  label: 'Webhook',
  settings: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('Address that is asked by POST.'),
    secret: z.string().min(16).describe('Signs each message: at least 16 characters.'),
    template: z
      .string()
      .max(2000)
      .refine((text) => written(text, sample) !== undefined, 'must be JSON once {{title}} and the like are filled in')
      .optional()
      .describe(
        'What is sent instead: JSON in whose texts {{title}}, {{text}}, {{event}}, {{url}}, {{id}} and {{at}} stand.',
      ),
  }),
  secrets: ['secret'],
  hint: ({ url }) => hostOf(url),
  request: ({ url, secret, template }, notice) => {
    const { id, event, title, text, url: page, at } = notice;
    const body =
      (template && written(template, notice)) ?? JSON.stringify({ id, event, title, text, url: page ?? null, at });
    const seconds = Math.floor(at / 1000);
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return { url, headers: { 'x-tollgate-signature': `t=${seconds},v1=${signature}` }, body };
  },
});
