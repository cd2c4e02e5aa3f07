import { aiAnthropic, aiGoogle, aiOpenai, aiOpenaiChat } from './clients/ai-sdk.ts';
import { anthropicMessages } from './clients/anthropic.ts';
import { googleGenai } from './clients/google.ts';
import { googleInteractions } from './clients/google-interactions.ts';
import { langchainAnthropic, langchainChat, langchainGoogle, langchainResponses } from './clients/langchain.ts';
import { openaiChat, openaiResponses } from './clients/openai.ts';
import { testMatrix } from './matrix.ts';

testMatrix([
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenai,
  googleInteractions,
  aiOpenaiChat,
  aiOpenai,
  aiAnthropic,
  aiGoogle,
  langchainChat,
  langchainResponses,
  langchainAnthropic,
  langchainGoogle,
]);
