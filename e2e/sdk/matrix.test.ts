import { test } from 'bun:test';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';
import { aiAnthropic, aiGoogle, aiOpenai, aiOpenaiChat } from './clients/ai-sdk.ts';
import { anthropicMessages } from './clients/anthropic.ts';
import { googleGenai } from './clients/google.ts';
import { googleInteractions } from './clients/google-interactions.ts';
import { langchainAnthropic, langchainChat, langchainGoogle, langchainResponses } from './clients/langchain.ts';
import { openaiChat, openaiResponses } from './clients/openai.ts';
import { testMatrix } from './matrix.ts';

const watched = watchEndpoints();

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

test('the endpoints of its rows were asked', () => holdToRows('matrix.test.ts', watched));
