import { z } from 'zod';
import { defineProvider } from './define.ts';
import { optionalSecret } from './shared/credentials.ts';

/** https://www.volcengine.com/docs/85621/1792702 */
export const jimeng = defineProvider({
  id: 'jimeng',
  label: 'Jimeng AI',
  docs: 'https://www.volcengine.com/docs/85621/1792702',
  baseUrl: 'https://visual.volcengineapi.com',
  credential: z
    .strictObject({
      accessKeyId: optionalSecret('Access key ID', 'With its secret; or leave both empty and give an API key.'),
      secretAccessKey: optionalSecret('Secret access key'),
      apiKey: optionalSecret('API key', 'Instead of an access key, of a gateway that speaks as Jimeng does.'),
    })
    .refine(
      ({ accessKeyId, secretAccessKey, apiKey }) =>
        apiKey ? !(accessKeyId || secretAccessKey) : accessKeyId && secretAccessKey,
      { message: 'takes either an access key ID with its secret, or an API key' },
    ),
  settings: z.strictObject({
    region: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+){1,2}-?\d?$/, 'must be a region such as cn-north-1')
      .default('cn-north-1')
      .meta({ label: 'Region', placeholder: 'cn-north-1', help: 'What is signed for.' }),
  }),
  dialects: [
    {
      protocol: 'jimeng',
      paths: { videos: '/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31' },
      videos: { status: '/?Action=CVSync2AsyncGetResult&Version=2022-08-31' },
    },
  ],
  // https://www.volcengine.com/docs/85621/1544716
  phrases: {
    auth: ['signaturedoesnotmatch', 'invalidaccesskey', '=100009', '=100010', '=100024'],
    not_permitted: ['=50400'],
    content_filter: ['=50411', '=50412', '=50413', '=50511', '=50512', '=50513', '=50518', '=50519', '=50520'],
    rate_limited: ['=50429', '=50430'],
  },
  auth: [
    { by: 'bearer', field: 'apiKey' },
    {
      by: 'volc',
      service: 'cv',
      region: 'region',
      accessKeyId: 'accessKeyId',
      secretAccessKey: 'secretAccessKey',
    },
  ],
});
