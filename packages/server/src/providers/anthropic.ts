import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';

export const anthropic = defineProvider({
  id: 'anthropic',
  label: 'Anthropic',
  docs: 'https://docs.anthropic.com/en/api/messages',
  baseUrl: 'https://api.anthropic.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    { protocol: 'anthropic-messages', path: (operation) => (operation === 'chat' ? '/v1/messages' : undefined) },
  ],
  authorize: ({ apiKey }) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
});
