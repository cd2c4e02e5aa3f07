import type { AnyProvider } from './define.ts';
import { openaiCompatible, type CompatibleVendor } from './shared/openai-compatible.ts';
import { prepaidPhrases, relayedPhrases } from './shared/phrases.ts';

const chat = ['chat'] as const;
const chatAndCompletions = ['chat', 'completions'] as const;
const withEmbeddings = [...chatAndCompletions, 'embeddings'] as const;
const withRerank = [...withEmbeddings, 'rerank'] as const;

/** Vendors that speak OpenAI's protocol as OpenAI does. One with a way of its own has a file of its own. */
const vendors: readonly CompatibleVendor[] = [
  {
    id: 'openrouter',
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    docs: 'https://openrouter.ai/docs/api-reference/overview',
    operations: chatAndCompletions,
    phrases: relayedPhrases,
  },
  {
    id: 'groq',
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    docs: 'https://console.groq.com/docs/openai',
    operations: chat,
  },
  {
    id: 'together',
    label: 'Together AI',
    baseUrl: 'https://api.together.xyz/v1',
    docs: 'https://docs.together.ai/docs/openai-api-compatibility',
    operations: withRerank,
  },
  {
    id: 'siliconflow',
    label: 'SiliconFlow',
    baseUrl: 'https://api.siliconflow.com/v1',
    docs: 'https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions',
    operations: withRerank,
    phrases: prepaidPhrases,
  },
  {
    id: 'jina',
    label: 'Jina AI',
    baseUrl: 'https://api.jina.ai/v1',
    docs: 'https://api.jina.ai/docs',
    operations: ['embeddings', 'rerank'],
  },
  {
    id: 'ollama',
    label: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    docs: 'https://docs.ollama.com/openai',
    operations: withEmbeddings,
    keyless: true,
  },
];

export const compatible: readonly AnyProvider[] = vendors.map(openaiCompatible);
