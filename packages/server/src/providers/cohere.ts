import type { ModelPage } from './account.ts';
import { defineProvider } from './define.ts';
import { objectOf } from './shared/balances.ts';
import { apiKeyCredential, bearer, noSettings } from './shared/credentials.ts';
import { itemsOf } from './shared/listings.ts';
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
  listing: {
    path: '/v1/models?page_size=1000',
    read: readCohereModels,
    source: 'https://docs.cohere.com/reference/list-models',
  },
  auth: [bearer],
});

function readCohereModels(body: unknown): ModelPage | undefined {
  const { models, next_page_token: token } = objectOf(body);
  const names = itemsOf(models)?.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  const next = typeof token === 'string' && token !== '' ? `page_token=${encodeURIComponent(token)}` : undefined;
  return names && { models: names, next };
}
