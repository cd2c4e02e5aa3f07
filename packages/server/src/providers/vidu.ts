import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyCredential } from './shared/credentials.ts';

/** https://docs.platform.vidu.com/16528043e0 */
export const vidu = defineProvider({
  id: 'vidu',
  label: 'Vidu',
  docs: 'https://docs.platform.vidu.com/16528043e0',
  baseUrl: 'https://api.vidu.com',
  elsewhere: [{ when: { region: 'china' }, baseUrl: 'https://api.vidu.cn' }],
  keyPrefixes: ['vda_'],
  credential: apiKeyCredential,
  settings: z.strictObject({
    region: z.enum(['international', 'china']).default('international').meta({
      label: 'Region',
      help: 'Where the account is: keys of one region are refused in another.',
    }),
  }),
  dialects: [
    {
      protocol: 'vidu',
      paths: { videos: '/ent/v2/text2video' },
      videos: {
        submit: {
          text2video: '/ent/v2/text2video',
          img2video: '/ent/v2/img2video',
          'start-end2video': '/ent/v2/start-end2video',
          reference2video: '/ent/v2/reference2video',
        },
        status: '/ent/v2/tasks/{id}/creations',
        search: '/ent/v2/tasks?pager.pagesz=100',
        cancel: { method: 'POST', path: '/ent/v2/tasks/{id}/cancel' },
      },
    },
  ],
  // https://docs.platform.vidu.com/5494000m0
  phrases: {
    auth: ['unauthorized'],
    quota_exhausted: ['creditinsufficient'],
    rate_limited: ['quotaexceeded', 'toomanyrequests', 'systemthrottling'],
    content_filter: ['auditsubmitillegal', 'creationpolicyviolation', 'taskpromptpolicyviolation'],
    not_found: ['modelunavailable'],
  },
  auth: [{ by: 'header', header: 'authorization', prefix: 'Token ', field: 'apiKey' }],
});
