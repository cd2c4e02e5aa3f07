import type { Family } from './family.ts';

/**
 * DeepSeek's. `deepseek-chat` reasons only when told to. On its own API there is no answer by a schema, only JSON:
 * https://api-docs.deepseek.com/guides/json_mode
 */
export const deepseek: Family = {
  id: 'deepseek',
  read({ whole, bare, resold }) {
    if (!whole.includes('deepseek')) return undefined;
    const own = !resold && bare.startsWith('deepseek-');
    return {
      ...(bare.startsWith('deepseek') ? { family: 'deepseek' } : {}),
      ...(own ? { schemas: false } : {}),
      ...(whole.includes('deepseek-chat') ? { reasonsUnasked: false } : {}),
    };
  },
};
