import { openaiCompatible } from './shared/openai-compatible.ts';

export const groq = openaiCompatible({
  id: 'groq',
  label: 'Groq',
  docs: 'https://console.groq.com/docs/openai',
  baseUrl: 'https://api.groq.com/openai/v1',
  dialect: { operations: ['chat'] },
});
