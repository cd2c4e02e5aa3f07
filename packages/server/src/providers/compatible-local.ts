import { chat, chatAndEmbeddings, textAndEmbeddings, responses } from './shared/rows.ts';
import { messagesDialect as messages } from './shared/anthropic-messages.ts';
import type { CompatibleVendor } from './shared/openai-compatible.ts';

/** Servers that people run themselves; a base URL here is the one they listen on when nothing is said. */
export const localServers: readonly CompatibleVendor[] = [
  {
    id: 'atomic-chat',
    label: 'Atomic Chat',
    baseUrl: 'http://127.0.0.1:1337/v1',
    docs: 'https://atomic.chat',
    operations: chat,
    keyless: true,
  },
  {
    id: 'llama-cpp',
    label: 'llama.cpp',
    baseUrl: 'http://localhost:8080/v1',
    docs: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    operations: textAndEmbeddings,
    others: [responses, messages('')],
    keyless: true,
  },
  {
    id: 'lmstudio',
    label: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    docs: 'https://lmstudio.ai/docs/developer/openai-compat',
    operations: textAndEmbeddings,
    others: [responses, messages('')],
    keyless: true,
  },
  {
    id: 'localai',
    label: 'LocalAI',
    baseUrl: 'http://localhost:8080/v1',
    docs: 'https://localai.io/features',
    operations: textAndEmbeddings,
    // https://localai.io/features/text-generation/
    others: [responses, messages('')],
    keyless: true,
  },
  {
    id: 'privatemode-ai',
    label: 'Privatemode AI (local proxy)',
    baseUrl: 'http://localhost:8080/v1',
    docs: 'https://docs.privatemode.ai/api/overview',
    operations: chatAndEmbeddings,
    keyless: true,
  },
  {
    id: 'sglang',
    label: 'SGLang',
    baseUrl: 'http://localhost:30000/v1',
    docs: 'https://docs.sglang.ai/basic_usage/openai_api.html',
    operations: textAndEmbeddings,
    // https://docs.sglang.ai/basic_usage/anthropic_api.html
    others: [messages('', { paths: { chat: '/messages', 'count-tokens': '/messages/count_tokens' } })],
    keyless: true,
  },
  {
    id: 'vllm',
    label: 'vLLM',
    baseUrl: 'http://localhost:8000/v1',
    docs: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    operations: [...textAndEmbeddings, 'tokenize'],
    others: [responses, messages('')],
    keyless: true,
  },
  {
    id: 'xinference',
    label: 'Xinference',
    baseUrl: 'http://localhost:9997/v1',
    docs: 'https://inference.readthedocs.io/en/latest/user_guide/client_api.html',
    operations: textAndEmbeddings,
    keyless: true,
  },
];
