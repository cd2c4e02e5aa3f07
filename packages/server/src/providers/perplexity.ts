import { mostCount } from '@tollgate/wire/protocols/implausible';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { perplexityListing } from './shared/listings.ts';
import { openaiResponsesDialect } from './shared/openai-responses.ts';

/** A reported count; undefined where there is none that can be. */
const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= mostCount ? Math.ceil(value) : undefined;

/** Answers with searches; its other API is OpenAI's Responses, below `/v1`. That one's models are listed. */
export const perplexity = openaiCompatible({
  id: 'perplexity',
  label: 'Perplexity',
  docs: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  baseUrl: 'https://api.perplexity.ai',
  dialect: {
    paths: { chat: '/chat/completions', embeddings: '/v1/embeddings' },
    // Deep research tells what it read of its sources, what it thought and how often it searched beside the two sums, and bills
    // each: the first as input, the second as it says. https://docs.perplexity.ai/docs/getting-started/pricing
    usage(raw) {
      const [read, thought, searches] = ['citation_tokens', 'reasoning_tokens', 'num_search_queries'].map((name) =>
        countOf(raw[name]),
      );
      const usage = readChatUsage(raw);
      return (
        usage && {
          ...usage,
          ...(read !== undefined && { inputText: (usage.inputText ?? 0) + read }),
          ...(thought !== undefined && { outputReasoning: thought }),
          ...(searches !== undefined && { searches }),
        }
      );
    },
  },
  // https://docs.perplexity.ai/api-reference/responses-post
  others: [openaiResponsesDialect({ paths: { chat: '/v1/responses' } })],
  keyPrefixes: ['pplx-'],
  listing: perplexityListing,
});
