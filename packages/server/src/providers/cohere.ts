import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer, noSettings } from './shared/credentials.ts';
import { openaiPhrases } from './shared/phrases.ts';

/** Conversations by OpenAI's protocol: https://docs.cohere.com/docs/compatibility-api ; the rest by its own. */
export const cohere = defineProvider({
  id: 'cohere',
  label: 'Cohere',
  docs: 'https://docs.cohere.com/reference/about',
  baseUrl: 'https://api.cohere.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    { protocol: 'openai-chat', paths: { chat: '/compatibility/v1/chat/completions' } },
    { protocol: 'cohere', paths: { embeddings: '/v2/embed', rerank: '/v2/rerank', tokenize: '/v1/tokenize' } },
  ],
  phrases: openaiPhrases,
  auth: [bearer],
});
