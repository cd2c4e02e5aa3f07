import { expect, test } from 'bun:test';
import type { Usage } from '../ir/usage.ts';
import type { JsonObject } from '../protocol.ts';
import { readMessagesServedAs } from './anthropic-messages/served-as.ts';
import { readMessagesUsage } from './anthropic-messages/usage.ts';
import { readGeminiUsage } from './gemini/usage.ts';
import { readResponsesUsage, usageOfResponse } from './openai-responses/usage.ts';

/** What vendors tell of usage in autumn 2026, field by field. `served-as.test.ts` has tiers and what several models did. */

const ofResponse = (response: JsonObject): Usage | undefined => usageOfResponse(response, readResponsesUsage);
const searched = (type: string): JsonObject => ({ type: 'web_search_call', action: { type } });

test.each<[string, Usage | undefined, Usage]>([
  [
    'Anthropic’s cache writes by their lifetime',
    readMessagesUsage({
      input_tokens: 10,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 70,
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 40 },
      output_tokens: 5,
    }),
    { inputText: 10, cacheRead: 20, cacheWrite5m: 30, cacheWrite1h: 40, outputText: 5 },
  ],
  [
    'Anthropic’s cache writes of which no lifetime is told: the shortest',
    readMessagesUsage({ input_tokens: 10, cache_creation_input_tokens: 70, output_tokens: 5 }),
    { inputText: 10, cacheWrite5m: 70, cacheWrite1h: 0, outputText: 5 },
  ],
  [
    'Anthropic’s searches; what it fetches costs its tokens alone',
    readMessagesUsage({
      input_tokens: 10,
      output_tokens: 5,
      server_tool_use: { web_search_requests: 3, web_fetch_requests: 4 },
    }),
    { inputText: 10, outputText: 5, searches: 3 },
  ],
  [
    'Anthropic’s thinking, within its output',
    readMessagesUsage({ input_tokens: 1, output_tokens: 50, output_tokens_details: { thinking_tokens: 30 } }),
    { inputText: 1, outputText: 50, reasoning: 30 },
  ],
  [
    'OpenAI’s cache writes by their lifetime',
    readResponsesUsage({
      input_tokens: 100,
      input_tokens_details: {
        cached_tokens: 20,
        cache_write_tokens: 60,
        cache_write_tokens_details: { ttl_30m_tokens: 25, ttl_12h_tokens: 30 },
      },
      output_tokens: 5,
    }),
    { cacheRead: 20, cacheWrite12h: 30, cacheWrite30m: 25, cacheWrite5m: 5, inputText: 20, outputText: 5 },
  ],
  [
    'OpenAI’s modalities',
    readResponsesUsage({
      input_tokens: 100,
      input_tokens_details: { audio_tokens: 30, image_tokens: 20 },
      output_tokens: 50,
      output_tokens_details: { audio_tokens: 10, reasoning_tokens: 15 },
    }),
    { inputAudio: 30, inputImage: 20, inputText: 50, outputAudio: 10, outputText: 40, reasoning: 15 },
  ],
  [
    'OpenAI’s searches as `tool_usage` counts them, not as its items look',
    ofResponse({
      usage: { input_tokens: 1, output_tokens: 1 },
      output: [searched('search'), searched('search'), searched('open_page')],
      tool_usage: { web_search: { num_requests: 7 } },
    }),
    { inputText: 1, outputText: 1, searches: 7 },
  ],
  [
    'OpenAI’s searches by their items where no `tool_usage` is told; an opened page is none',
    ofResponse({
      usage: { input_tokens: 1, output_tokens: 1 },
      output: [searched('search'), searched('search'), searched('open_page'), { type: 'file_search_call' }],
    }),
    { inputText: 1, outputText: 1, searches: 2, fileSearches: 1 },
  ],
  [
    'Gemini’s modalities and what its tools read',
    readGeminiUsage({
      promptTokenCount: 100,
      toolUsePromptTokenCount: 40,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 5,
      totalTokenCount: 155,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 60 },
        { modality: 'AUDIO', tokenCount: 40 },
      ],
      toolUsePromptTokensDetails: [{ modality: 'IMAGE', tokenCount: 30 }],
    }),
    { inputAudio: 40, inputImage: 30, inputText: 70, outputText: 15, reasoning: 5 },
  ],
])('%s', (_, read, expected) => {
  expect(read).toEqual(expected);
});

test('a compaction is paid beside the totals, which leave it out, and each iteration by its own model', () => {
  const usage = {
    input_tokens: 5,
    output_tokens: 7,
    iterations: [
      { type: 'compaction', input_tokens: 180, output_tokens: 3, model: 'small' },
      { type: 'message', input_tokens: 5, output_tokens: 7 },
    ],
  };
  expect(readMessagesUsage(usage)).toEqual({ inputText: 5, outputText: 7 });
  const parts = readMessagesServedAs(usage)?.parts ?? [];
  expect(parts.map(({ usage: used }) => used)).toEqual([
    { inputText: 180, outputText: 3 },
    { inputText: 5, outputText: 7 },
  ]);
});
