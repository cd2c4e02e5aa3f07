import { openaiCompatible } from './shared/openai-compatible.ts';
import { perplexityListing } from './shared/listings.ts';
import { openaiResponsesDialect } from './shared/openai-responses.ts';

/** Answers with searches; its other API is OpenAI's Responses, below `/v1`. That one's models are listed. */
export const perplexity = openaiCompatible({
  id: 'perplexity',
  label: 'Perplexity',
  docs: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  baseUrl: 'https://api.perplexity.ai',
  dialect: { paths: { chat: '/chat/completions', embeddings: '/v1/embeddings' } },
  // https://docs.perplexity.ai/api-reference/responses-post
  others: [openaiResponsesDialect({ paths: { chat: '/v1/responses' } })],
  keyPrefixes: ['pplx-'],
  listing: perplexityListing,
});
