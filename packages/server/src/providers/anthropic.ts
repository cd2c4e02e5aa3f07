import type { Operation } from '@tollgate/wire/protocol';
import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';

const paths: Readonly<Partial<Record<Operation, string>>> = {
  chat: '/v1/messages',
  'count-tokens': '/v1/messages/count_tokens',
};

export const anthropic = defineProvider({
  id: 'anthropic',
  label: 'Anthropic',
  docs: 'https://docs.anthropic.com/en/api/messages',
  baseUrl: 'https://api.anthropic.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [{ protocol: 'anthropic-messages', path: (operation) => paths[operation] }],
  suffixes: 'claude',
  authorize: ({ apiKey }) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
});
