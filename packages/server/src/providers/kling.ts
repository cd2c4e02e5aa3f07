import { z } from 'zod';
import { defineProvider } from './define.ts';
import { optionalSecret } from './shared/credentials.ts';

/** https://app.klingai.com/global/dev/document-api/apiReference/commonInfo */
export const kling = defineProvider({
  id: 'kling',
  label: 'Kling',
  docs: 'https://app.klingai.com/global/dev/document-api/apiReference/model/textToVideo',
  baseUrl: 'https://api-singapore.klingai.com',
  elsewhere: [{ when: { region: 'china' }, baseUrl: 'https://api-beijing.klingai.com' }],
  credential: z
    .strictObject({
      accessKey: optionalSecret('Access key', 'With its secret; or leave both empty and give an API key.'),
      secretKey: optionalSecret('Secret key'),
      apiKey: optionalSecret('API key', 'Instead of an access key, of a gateway that speaks as Kling does.'),
    })
    .refine(({ accessKey, secretKey, apiKey }) => (apiKey ? !(accessKey || secretKey) : accessKey && secretKey), {
      message: 'takes either an access key with its secret, or an API key',
    }),
  settings: z.strictObject({
    region: z.enum(['international', 'china']).default('international').meta({
      label: 'Region',
      help: 'Where the account is: keys of one region are refused in another.',
    }),
  }),
  dialects: [
    {
      protocol: 'kling',
      paths: { videos: '/v1/videos/text2video' },
      videos: {
        submit: { text2video: '/v1/videos/text2video', image2video: '/v1/videos/image2video' },
        // Where it was begun, and its name there.
        status: '/v1/videos/{id+}',
        // The same, by the name that we gave it.
        search: '/v1/videos/{id+}',
      },
    },
  ],
  // Each refusal has a number: https://app.klingai.com/global/dev/document-api/apiReference/commonInfo
  phrases: {
    auth: ['=1000', '=1001', '=1002', '=1003', '=1004'],
    quota_exhausted: ['=1101', '=1102'],
    not_permitted: ['=1100', '=1103', '=1304'],
    not_found: ['=1202', '=1203'],
    content_filter: ['=1301'],
    rate_limited: ['=1302', '=1303'],
  },
  auth: [
    { by: 'bearer', field: 'apiKey' },
    {
      by: 'jwt',
      issuer: 'accessKey',
      secret: 'secretKey',
      lifeSeconds: 1800,
      placed: { by: 'bearer' },
    },
  ],
});
