import { z } from 'zod';
import { hostOf, noticeKind } from '../notice-kind.ts';

/** https://gotify.net/docs/pushmsg */
export const gotify = noticeKind({
  label: 'Gotify',
  settings: z.strictObject({
    server: z.url({ protocol: /^https?$/ }).describe('Address of the server.'),
    token: z.string().min(1).describe('Token of the application.'),
    priority: z
      .string()
      .regex(/^(?:\d|10)$/)
      .default('5')
      .describe('0 to 10; 5 if empty.'),
  }),
  secrets: ['token'],
  hint: ({ server }) => hostOf(server),
  request: ({ server, token, priority }, notice) => ({
    url: new URL('message', server.endsWith('/') ? server : `${server}/`).href,
    headers: { 'x-gotify-key': token },
    body: {
      title: notice.title,
      message: [notice.text, notice.url ?? ''].filter((part) => part !== '').join('\n'),
      priority: Number(priority),
    },
  }),
});
