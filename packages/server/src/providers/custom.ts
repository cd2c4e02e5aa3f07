import { defineProvider } from './define.ts';
import { bearer, noSettings, optionalApiKeyCredential } from './shared/credentials.ts';
import { openaiChatDialect } from './shared/openai-compatible.ts';

/** Anything else that speaks OpenAI's protocol: vLLM, llama.cpp, LM Studio, another gateway. */
export const custom = defineProvider({
  id: 'custom',
  label: 'OpenAI-compatible',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  baseUrl: undefined,
  credential: optionalApiKeyCredential,
  settings: noSettings,
  dialects: [openaiChatDialect()],
  authorize: bearer,
});
