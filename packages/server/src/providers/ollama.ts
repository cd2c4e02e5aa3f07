import { defineProvider } from './define.ts';
import { bearer, noSettings, optionalApiKeyCredential } from './shared/credentials.ts';
import { openaiChatDialect } from './shared/openai-compatible.ts';

export const ollama = defineProvider({
  id: 'ollama',
  label: 'Ollama',
  docs: 'https://docs.ollama.com/openai',
  baseUrl: 'http://localhost:11434/v1',
  credential: optionalApiKeyCredential,
  settings: noSettings,
  dialects: [openaiChatDialect()],
  auth: [bearer],
});
