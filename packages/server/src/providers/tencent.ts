import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible } from './shared/openai-compatible.ts';

/** Hunyuan's API that is compatible with OpenAI's and Anthropic's. */
export const tencentHunyuan = openaiCompatible({
  id: 'tencent-hunyuan',
  label: 'Tencent Hunyuan',
  docs: 'https://cloud.tencent.com/document/product/1729/111007',
  baseUrl: 'https://api.hunyuan.cloud.tencent.com/v1',
  operations: ['chat', 'embeddings'],
  others: [messagesDialect('/../anthropic/v1')],
});
