import { vendorsAToD } from './compatible-a-d.ts';
import { vendorsEToM } from './compatible-e-m.ts';
import { localServers } from './compatible-local.ts';
import { vendorsNToS } from './compatible-n-s.ts';
import { vendorsTToZ } from './compatible-t-z.ts';
import type { AnyProvider } from './define.ts';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { openaiCompatible, type CompatibleVendor } from './shared/openai-compatible.ts';
import { prepaidPhrases, relayedPhrases } from './shared/phrases.ts';
import { audio, chat, responses, textAndEmbeddings, textAndVectors } from './shared/rows.ts';

/** Those that most people look for first. */
const first: readonly CompatibleVendor[] = [
  {
    id: 'openrouter',
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    docs: 'https://openrouter.ai/docs/api-reference/overview',
    operations: textAndEmbeddings,
    // https://openrouter.ai/docs/api/reference/responses/overview, https://openrouter.ai/docs/api/api-reference/anthropic-messages
    others: [responses, messagesDialect('')],
    keyPrefixes: ['sk-or-'],
    phrases: relayedPhrases,
  },
  {
    id: 'groq',
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    docs: 'https://console.groq.com/docs/openai',
    operations: [...chat, ...audio, 'translations'],
    // https://console.groq.com/docs/responses-api
    others: [responses],
    keyPrefixes: ['gsk_'],
  },
  {
    id: 'siliconflow',
    label: 'SiliconFlow',
    baseUrl: { international: 'https://api.siliconflow.com/v1', china: 'https://api.siliconflow.cn/v1' },
    docs: 'https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions',
    operations: [...textAndVectors, ...audio],
    // https://docs.siliconflow.com/en/api-reference/chat-completions/messages
    others: [messagesDialect('')],
    phrases: prepaidPhrases,
  },
  {
    id: 'ollama',
    label: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    docs: 'https://docs.ollama.com/openai',
    operations: textAndEmbeddings,
    keyless: true,
  },
];

/** Every row: vendors that speak OpenAI's protocol as OpenAI does. One with a way of its own has a file of its own. */
export const vendors: readonly CompatibleVendor[] = [
  ...first,
  ...vendorsAToD,
  ...vendorsEToM,
  ...vendorsNToS,
  ...vendorsTToZ,
  ...localServers,
];

export const compatible: readonly AnyProvider[] = vendors.map(openaiCompatible);
