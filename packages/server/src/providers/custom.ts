import { z } from 'zod';
import { defineProvider } from './define.ts';
import { bearer, optionalApiKeyCredential } from './shared/credentials.ts';
import { openaiListing } from './shared/listings.ts';
import { gatewayOperations, openaiHeaders, openaiChatDialect } from './shared/openai-compatible.ts';
import { relayedPauses, relayedPhrases } from './shared/phrases.ts';
import { byTextApi, openaiResponsesDialect, textApiSetting } from './shared/openai-responses.ts';

/** Anything else that speaks OpenAI's protocol: vLLM, llama.cpp, LM Studio, another gateway. */
export const custom = defineProvider({
  id: 'custom',
  label: 'OpenAI-compatible',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  baseUrl: undefined,
  credential: optionalApiKeyCredential,
  // Most such servers have Chat Completions alone.
  settings: z.strictObject({ textApi: textApiSetting('chat') }),
  dialects: byTextApi(
    openaiChatDialect({ operations: gatewayOperations, clientHeaders: openaiHeaders }),
    openaiResponsesDialect({ stored: true, clientHeaders: openaiHeaders }),
  ),
  phrases: relayedPhrases,
  pauses: relayedPauses,
  listing: openaiListing,
  auth: [bearer],
});
