import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer } from './shared/credentials.ts';
import { openaiChatDialect } from './shared/openai-compatible.ts';
import { openaiPauses, openaiPhrases, relayedPauses, relayedPhrases } from './shared/phrases.ts';

const accountId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the id of an account, 32 hexadecimal digits')
  .meta({ label: 'Account ID', help: 'As the dashboard shows it.' });

/** Models that run at Cloudflare, named `@cf/maker/model`. */
export const cloudflare = defineProvider({
  id: 'cloudflare',
  label: 'Cloudflare Workers AI',
  docs: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  baseUrl: 'https://api.cloudflare.com/client/v4/accounts/{accountId}/ai/v1',
  credential: apiKeyCredential,
  settings: z.strictObject({ accountId }),
  dialects: [
    openaiChatDialect({ operations: ['chat', 'embeddings'] }),
    // https://developers.cloudflare.com/workers-ai/models/gpt-oss-120b/
    { protocol: 'openai-responses', paths: { chat: [{ when: { family: 'gpt-oss' }, path: '/responses' }] } },
  ],
  phrases: openaiPhrases,
  pauses: openaiPauses,
  listing: {
    path: '/../models/search?per_page=1000',
    source: 'https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/',
    read(body) {
      const named = z.object({ result: z.array(z.object({ name: z.string() })) }).safeParse(body).data;
      return named && { models: named.result.map(({ name }) => name) };
    },
  },
  auth: [bearer],
});

/**
 * Cloudflare's gateway to other vendors, whose keys it keeps; models are named with their vendor (`openai/gpt-5.1`).
 * https://developers.cloudflare.com/ai-gateway/usage/chat-completion/
 */
export const cloudflareGateway = defineProvider({
  id: 'cloudflare-ai-gateway',
  label: 'Cloudflare AI Gateway',
  docs: 'https://developers.cloudflare.com/ai-gateway/usage/chat-completion/',
  baseUrl: 'https://gateway.ai.cloudflare.com/v1/{accountId}/{gateway}/compat',
  credential: apiKeyCredential,
  settings: z.strictObject({
    accountId,
    gateway: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be the name of a gateway')
      .default('default')
      .meta({ label: 'Gateway' }),
  }),
  dialects: [openaiChatDialect({ operations: ['chat'] })],
  phrases: relayedPhrases,
  pauses: relayedPauses,
  // https://developers.cloudflare.com/ai-gateway/configuration/authentication/
  auth: [{ by: 'header', header: 'cf-aig-authorization', prefix: 'Bearer ', field: 'apiKey' }],
});
