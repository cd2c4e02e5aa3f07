import type { Operation } from '@tollgate/wire/protocol';
import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';

const calls: Readonly<Partial<Record<Operation, string>>> = { chat: 'generateContent', 'count-tokens': 'countTokens' };

export const gemini = defineProvider({
  id: 'gemini',
  label: 'Google Gemini',
  docs: 'https://ai.google.dev/api/generate-content',
  baseUrl: 'https://generativelanguage.googleapis.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    {
      protocol: 'gemini',
      path: (operation, { model, stream }) => {
        const call = operation === 'chat' && stream ? 'streamGenerateContent?alt=sse' : calls[operation];
        return call && `/v1beta/models/${encodeURIComponent(model)}:${call}`;
      },
    },
  ],
  suffixes: 'gemini',
  authorize: ({ apiKey }) => ({ 'x-goog-api-key': apiKey }),
});
