import { openaiCompatible } from './shared/openai-compatible.ts';

export const siliconflow = openaiCompatible({
  id: 'siliconflow',
  label: 'SiliconFlow',
  docs: 'https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions',
  baseUrl: 'https://api.siliconflow.com/v1',
});
