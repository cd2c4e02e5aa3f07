import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { amountOf, currencyAt, objectOf, only } from './shared/balances.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { prepaidPhrases } from './shared/phrases.ts';

export const moonshot = openaiCompatible({
  id: 'moonshot',
  label: 'Moonshot AI (Kimi)',
  docs: 'https://platform.moonshot.ai/docs/api/chat',
  baseUrl: { international: 'https://api.moonshot.ai/v1', china: 'https://api.moonshot.cn/v1' },
  phrases: prepaidPhrases,
  operations: ['chat'],
  // https://platform.moonshot.ai/docs/guide/agent-support
  others: [messagesDialect('/../anthropic/v1')],
  balance: [
    {
      path: '/users/me/balance',
      source: 'https://platform.moonshot.ai/docs/api/balance',
      read: (body, baseUrl) =>
        only(amountOf(objectOf(objectOf(body)['data'])['available_balance']), currencyAt(baseUrl)),
    },
  ],
  dialect: {
    // The cached part of `prompt_tokens` stands beside it, not in its details: https://platform.moonshot.ai/docs/api/chat
    usage: (raw) =>
      readChatUsage({
        ...raw,
        prompt_tokens_details: { cached_tokens: raw['cached_tokens'], ...Object(raw['prompt_tokens_details']) },
      }),
  },
});
