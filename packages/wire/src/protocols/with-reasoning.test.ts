import { expect, test } from 'bun:test';
import type { Reasoning } from '../ir/request.ts';
import type { JsonObject } from '../protocol.ts';
import { anthropicMessages } from './anthropic-messages/protocol.ts';
import { gemini } from './gemini/protocol.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { openaiResponses } from './openai-responses/protocol.ts';
import { traitsByName } from '../models/by-name.ts';

const passthroughs = { anthropicMessages, gemini, openaiChat, openaiResponses };
const high: Reasoning = { mode: 'on', effort: 'high' };
const off: Reasoning = { mode: 'off' };

const cases: readonly [keyof typeof passthroughs, string, JsonObject, Reasoning, JsonObject][] = [
  ['openaiChat', 'gpt-5', { model: 'm' }, high, { model: 'm', reasoning_effort: 'high' }],
  ['openaiChat', 'gpt-5', {}, off, { reasoning_effort: 'none' }],
  [
    'openaiResponses',
    'gpt-5',
    { reasoning: { summary: 'auto' } },
    high,
    { reasoning: { summary: 'auto', effort: 'high' } },
  ],
  [
    'anthropicMessages',
    'claude-sonnet-4-5',
    { max_tokens: 100, temperature: 0.5, top_k: 3 },
    high,
    { max_tokens: 16_484, thinking: { type: 'enabled', budget_tokens: 16_384 } },
  ],
  [
    'anthropicMessages',
    'claude-opus-4-7',
    { max_tokens: 100, top_p: 0.5, output_config: { format: {} } },
    { mode: 'on', effort: 'minimal' },
    {
      max_tokens: 100,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { format: {}, effort: 'low' },
    },
  ],
  [
    'anthropicMessages',
    'claude-opus-4-6',
    { max_tokens: 100 },
    { mode: 'on', summary: 'auto' },
    { max_tokens: 100, thinking: { type: 'adaptive', display: 'summarized' } },
  ],
  [
    'anthropicMessages',
    'claude-sonnet-4-5',
    { max_tokens: 100 },
    off,
    { max_tokens: 100, thinking: { type: 'disabled' } },
  ],
  ['anthropicMessages', 'claude-3-haiku-20240307', { max_tokens: 100 }, high, { max_tokens: 100 }],
  [
    'gemini',
    'gemini-2.5-pro',
    { contents: [], generationConfig: { topK: 1 } },
    { mode: 'on', budgetTokens: 99_999, summary: 'auto' },
    { contents: [], generationConfig: { topK: 1, thinkingConfig: { thinkingBudget: 32_768, includeThoughts: true } } },
  ],
  ['gemini', 'gemini-2.5-flash', {}, off, { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }],
  ['gemini', 'gemini-2.0-flash', {}, high, {}],
];

test.each(cases)('%s: %s', (protocol, model, body, reasoning, becomes) => {
  const edited = passthroughs[protocol].withReasoning(body, reasoning, traitsByName(model));
  expect(edited).toEqual(becomes);
  // What the client says itself stands.
  expect(passthroughs[protocol].withReasoning(edited, off, traitsByName(model))).toBe(edited);
});
