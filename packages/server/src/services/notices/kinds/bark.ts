import { z } from 'zod';
import { hostOf, noticeKind } from '../notice-kind.ts';

/** https://bark.day.app/#/en-us/tutorial */
export const bark = noticeKind({
  label: 'Bark',
  settings: z.strictObject({
    server: z
      .url({ protocol: /^https?$/ })
      .default('https://api.day.app')
      .describe('Server; that of Bark if empty.'),
    deviceKey: z.string().min(1).describe('Key of the device.'),
  }),
  secrets: ['deviceKey'],
  hint: ({ server }) => hostOf(server),
  request: ({ server, deviceKey }, { title, text, url }) => ({
    url: new URL('push', server.endsWith('/') ? server : `${server}/`).href,
    body: { device_key: deviceKey, title, body: text, group: 'Tollgate', ...(url !== undefined && { url }) },
  }),
});
