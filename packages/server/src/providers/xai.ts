import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { openaiResponsesDialect } from './shared/openai-responses.ts';
import { openaiPhrases } from './shared/phrases.ts';
import { dropField } from './shared/quirks.ts';

/** Keeps a conversation where its beginning is cached: https://docs.x.ai/docs/guides/prompt-caching */
const clientHeaders = { 'x-grok-conv-id': { accepts: 'all' } } as const;

export const xai = openaiCompatible({
  id: 'xai',
  label: 'xAI',
  docs: 'https://docs.x.ai/docs/api-reference',
  baseUrl: 'https://api.x.ai/v1',
  operations: ['chat', 'completions', 'images', 'image-edits'],
  // It keeps answers for thirty days: https://docs.x.ai/docs/guides/responses-api
  others: [
    openaiResponsesDialect({
      paths: { chat: '/responses' },
      stored: true,
      clientHeaders,
      // Of this API alone: https://docs.x.ai/developers/pricing#usage-guidelines-violation-fee
      refusalFee: { source: 'https://docs.x.ai/developers/pricing#usage-guidelines-violation-fee' },
    }),
    // https://docs.x.ai/developers/model-capabilities/video/generation
    { protocol: 'xai', paths: { videos: '/videos/generations' }, videos: { status: '/videos/{id}' } },
  ],
  keyPrefixes: ['xai-'],
  // A wrong key is told by 400: https://docs.x.ai/docs/key-information/debugging
  phrases: {
    ...openaiPhrases,
    auth: ['incorrect api key'],
    content_filter: [...openaiPhrases.content_filter, 'violates usage guidelines', 'failed check: safety'],
  },
  dialect: {
    clientHeaders,
    quirks: [
      {
        name: 'pictures have no size and no quality',
        source: 'https://docs.x.ai/docs/guides/image-generations',
        only: ['images'],
        apply: (body) => ['size', 'quality', 'style'].reduce(dropField, body),
      },
    ],
    // `completion_tokens` leaves the reasoning out, `total_tokens` and the bill do not:
    // https://docs.x.ai/docs/guides/reasoning
    usage(raw) {
      const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = raw;
      if (typeof prompt !== 'number' || typeof completion !== 'number' || typeof total !== 'number')
        return readChatUsage(raw);
      return readChatUsage({ ...raw, completion_tokens: Math.max(completion, total - prompt) });
    },
  },
});
