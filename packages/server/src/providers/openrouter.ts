import { openaiCompatible } from './shared/openai-compatible.ts';

export const openrouter = openaiCompatible({
  id: 'openrouter',
  label: 'OpenRouter',
  docs: 'https://openrouter.ai/docs/api-reference/overview',
  baseUrl: 'https://openrouter.ai/api/v1',
});
