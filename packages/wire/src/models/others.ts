import { plainFamily, type Family } from './family.ts';

/** Amazon's; the second generation reasons, and has tools of its own. */
export const nova: Family = {
  id: 'nova',
  read({ whole }) {
    if (!/(?:^|[.:/])(?:amazon\.)?nova-/.test(whole)) return undefined;
    const second = whole.includes('nova-2-');
    return {
      family: 'nova',
      version: second ? 200 : 100,
      cachePoints: { inTools: false, hour: false },
      ...(second ? { reasoning: { by: 'effort', efforts: undefined, always: false } } : {}),
    };
  },
};

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

/** xAI's; the effort of the small one can be named. */
export const grok: Family = {
  ...plainFamily('grok', /^grok/),
  suffixes: { names: /grok-3-mini/, efforts: ['low', 'high'], thinking: undefined },
};

export const kimi = plainFamily('kimi', /^(?:kimi|moonshot)/);
export const mistral = plainFamily('mistral', /^(?:mistral|magistral)/);
export const glm = plainFamily('glm', /^glm/);
export const qwen = plainFamily('qwen', /^qwen/);

/**
 * Models of many makers that Bedrock has answer by a schema:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export const takeSchemas =
  /qwen|gpt-oss|deepseek\.v3|gemma-3|minimax|kimi|nemotron|mistral-large-3|ministral|magistral|voxtral/;
