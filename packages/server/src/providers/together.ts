import { openaiCompatible } from './shared/openai-compatible.ts';

export const together = openaiCompatible({
  id: 'together',
  label: 'Together AI',
  docs: 'https://docs.together.ai/docs/openai-api-compatibility',
  baseUrl: 'https://api.together.xyz/v1',
});
