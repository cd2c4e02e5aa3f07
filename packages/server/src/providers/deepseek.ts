import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import type { Quirk } from './define.ts';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { amountOf, objectOf } from './shared/balances.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';
import { prepaidPhrases } from './shared/phrases.ts';

type Message = Readonly<Record<string, unknown>>;

/** An answer of the past that called tools and comes without the reasoning before them. */
const isThoughtless = ({ role, tool_calls, reasoning_content }: Message): boolean =>
  role === 'assistant' && Array.isArray(tool_calls) && typeof reasoning_content !== 'string';

/**
 * While it thinks, DeepSeek refuses a conversation in which the field is missing beside a call ("Missing
 * `reasoning_content` field in the assistant message at message index 2"): of clients that do not keep it, and of calls
 * that another model made without telling its reasoning.
 */
const thoughtsBesideCalls: Quirk = {
  name: 'reasoning_content is never missing beside tool calls',
  source: 'https://api-docs.deepseek.com/guides/thinking_mode#tool-calls',
  apply(body, model) {
    const mode = (body['thinking'] as { readonly type?: unknown } | undefined)?.type;
    const thinks = mode === 'enabled' || (mode !== 'disabled' && model.reasonsUnasked !== false);
    const messages = body['messages'];
    if (!thinks || !Array.isArray(messages)) return body;
    const list = messages as readonly Message[];
    if (!list.some(isThoughtless)) return body;
    const complete = list.map((message) => (isThoughtless(message) ? { ...message, reasoning_content: '' } : message));
    return { ...body, messages: complete };
  },
};

export const deepseek = openaiCompatible({
  id: 'deepseek',
  label: 'DeepSeek',
  docs: 'https://api-docs.deepseek.com',
  baseUrl: 'https://api.deepseek.com',
  phrases: prepaidPhrases,
  // https://api-docs.deepseek.com/guides/anthropic_api
  others: [messagesDialect('/anthropic/v1')],
  balance: [
    {
      path: '/user/balance',
      source: 'https://api-docs.deepseek.com/api/get-user-balance',
      read(body) {
        const { balance_infos: infos } = objectOf(body);
        if (!Array.isArray(infos)) return undefined;
        return infos.map(objectOf).flatMap(({ total_balance: total, currency }) => {
          const amount = amountOf(total);
          return amount !== undefined && typeof currency === 'string' ? [{ amount, currency }] : [];
        });
      },
    },
  ],
  dialect: {
    // Completions exist as fill-in-the-middle only, under `/beta`: https://api-docs.deepseek.com/guides/fim_completion
    paths: { chat: '/chat/completions', completions: '/beta/completions' },
    quirks: [thoughtsBesideCalls],
    // The cached part of `prompt_tokens` has a name of its own: https://api-docs.deepseek.com/guides/kv_cache
    usage: (raw) =>
      readChatUsage({
        ...raw,
        prompt_tokens_details: {
          cached_tokens: raw['prompt_cache_hit_tokens'],
          ...Object(raw['prompt_tokens_details']),
        },
      }),
  },
});
