import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer } from './shared/credentials.ts';

/** Bots built with Coze: the upstream model is the id of a bot. */
export const coze = defineProvider({
  id: 'coze',
  label: 'Coze',
  docs: 'https://www.coze.com/docs/developer_guides/chat_v3',
  baseUrl: 'https://api.coze.com',
  elsewhere: [{ when: { region: 'china' }, baseUrl: 'https://api.coze.cn' }],
  keyPrefixes: ['pat_'],
  credential: apiKeyCredential,
  settings: z.strictObject({
    region: z
      .enum(['international', 'china'])
      .default('international')
      .meta({ label: 'Region', help: 'Where the account is.' }),
  }),
  dialects: [{ protocol: 'coze', paths: { chat: '/v3/chat' }, streamOnly: true }],
  auth: [bearer],
});
