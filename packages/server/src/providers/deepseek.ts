import type { Operation } from '@tollgate/wire/protocol';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { openaiCompatible } from './shared/openai-compatible.ts';

const paths: Readonly<Partial<Record<Operation, string>>> = {
  chat: '/chat/completions',
  completions: '/beta/completions',
};

export const deepseek = openaiCompatible({
  id: 'deepseek',
  label: 'DeepSeek',
  docs: 'https://api-docs.deepseek.com',
  baseUrl: 'https://api.deepseek.com',
  dialect: {
    // Completions exist as fill-in-the-middle only, under `/beta`: https://api-docs.deepseek.com/guides/fim_completion
    path: (operation) => paths[operation],
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
