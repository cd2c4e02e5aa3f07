import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';

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
        const call = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
        return operation === 'chat' ? `/v1beta/models/${encodeURIComponent(model)}:${call}` : undefined;
      },
    },
  ],
  authorize: ({ apiKey }) => ({ 'x-goog-api-key': apiKey }),
});
