import { expect, test } from 'bun:test';
import { unknownModel, type ModelTraits } from '../models/traits.ts';
import type { JsonObject, ProtocolId } from '../protocol.ts';
import { fitModel } from './fit-model.ts';

const model: ModelTraits = {
  ...unknownModel,
  maxOutputTokens: 100,
  sampling: 'none',
  input: ['text'],
  can: { tools: false, reasoning: false, structuredOutput: false },
};
const pixel = 'iVBORw0KGgo=';

/** What is asked in each protocol, and what is left of it. */
const requests: readonly (readonly [ProtocolId, JsonObject, JsonObject, readonly string[]])[] = [
  [
    'openai-chat',
    {
      model: 'm',
      max_completion_tokens: 101,
      temperature: 0.2,
      top_p: 0.9,
      presence_penalty: 0.5,
      frequency_penalty: 0,
      logit_bias: {},
      logprobs: true,
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } },
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: 'auto',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What?' },
            { type: 'image_url', image_url: { url: 'x' } },
          ],
        },
      ],
    },
    {
      model: 'm',
      max_completion_tokens: 100,
      frequency_penalty: 0,
      logit_bias: {},
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What?' },
            { type: 'text', text: '[image]' },
          ],
        },
      ],
    },
    [
      'max_completion_tokens',
      'temperature',
      'top_p',
      'presence_penalty',
      'logprobs',
      'tools',
      'tool_choice',
      'reasoning_effort',
      'response_format',
      'messages[1].content[1]',
    ],
  ],
  [
    'openai-responses',
    {
      max_output_tokens: 101,
      temperature: 0,
      reasoning: { effort: 'high' },
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'x', schema: {} } },
      tools: [],
      input: [
        { role: 'user', content: [{ type: 'input_image', image_url: 'x' }] },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_file', file_id: 'f' }] },
      ],
    },
    {
      max_output_tokens: 100,
      text: { verbosity: 'low' },
      input: [
        { role: 'user', content: [{ type: 'input_text', text: '[image]' }] },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: '[pdf]' }] },
      ],
    },
    [
      'max_output_tokens',
      'temperature',
      'tools',
      'reasoning',
      'text.format',
      'input[0].content[0]',
      'input[1].output[0]',
    ],
  ],
  [
    'anthropic-messages',
    {
      max_tokens: 101,
      top_k: 5,
      thinking: { type: 'enabled', budget_tokens: 50 },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
          ],
        },
      ],
    },
    {
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: '[image]' }] },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
          ],
        },
      ],
    },
    [
      'max_tokens',
      'top_k',
      'thinking',
      'output_config.effort',
      'output_config.format',
      'messages[0].content[0].content[0]',
    ],
  ],
  [
    'gemini-interactions',
    {
      generation_config: { max_output_tokens: 101, top_p: 0.5, seed: 1, tool_choice: 'auto', thinking_level: 'low' },
      response_format: [{ type: 'text', mime_type: 'application/json', schema: {} }],
      tools: [{ type: 'google_search' }],
      input: [
        { type: 'user_input', content: [{ type: 'image', data: pixel }] },
        { type: 'function_result', call_id: 'c', result: [{ type: 'document', uri: 'x' }] },
      ],
    },
    {
      generation_config: { max_output_tokens: 100, seed: 1 },
      input: [
        { type: 'user_input', content: [{ type: 'text', text: '[image]' }] },
        { type: 'function_result', call_id: 'c', result: [{ type: 'text', text: '[pdf]' }] },
      ],
    },
    [
      'generation_config.max_output_tokens',
      'generation_config.top_p',
      'tools',
      'generation_config.tool_choice',
      'generation_config.thinking_level',
      'response_format',
      'input[0].content[0]',
      'input[1].result[0]',
    ],
  ],
  [
    'gemini',
    {
      generationConfig: {
        maxOutputTokens: 101,
        topP: 0.5,
        responseLogprobs: true,
        candidateCount: 1,
        thinkingConfig: { thinkingBudget: 5 },
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT' },
      },
      tool_config: {},
      contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: pixel } }, { text: 'What?' }] }],
    },
    {
      generationConfig: { maxOutputTokens: 100, candidateCount: 1, responseMimeType: 'application/json' },
      contents: [{ parts: [{ text: '[audio]' }, { text: 'What?' }] }],
    },
    [
      'generationConfig.maxOutputTokens',
      'generationConfig.topP',
      'generationConfig.responseLogprobs',
      'tool_config',
      'generationConfig.thinkingConfig',
      'generationConfig.responseSchema',
      'contents[0].parts[0]',
    ],
  ],
];

test.each(requests)('%s: what a model does not take is taken out, and told', (protocol, asked, left, paths) => {
  const before = structuredClone(asked);
  const fitted = fitModel(protocol, asked, model);
  expect(fitted?.json).toEqual(left);
  expect(fitted?.losses.map(({ path }) => path)).toEqual([...paths]);
  expect(asked).toEqual(before);
  // What fits is left alone, and so is what was made to fit.
  expect(fitModel(protocol, left, model)).toBeUndefined();
});

test.each(requests)('%s: nothing is taken from a model of which nothing is known', (protocol, asked) => {
  expect(fitModel(protocol, asked, unknownModel)).toBeUndefined();
});

test('of two sampling parameters a model that takes one is given the first', () => {
  const one: ModelTraits = { ...unknownModel, sampling: 'one' };
  expect(fitModel('anthropic-messages', { temperature: 0.5, top_p: 0.5 }, one)?.json).toEqual({ temperature: 0.5 });
  expect(fitModel('anthropic-messages', { top_p: 0.5 }, one)).toBeUndefined();
});

test('what changes nothing is no reason to change a request', () => {
  const plain = {
    temperature: 1,
    top_p: null,
    max_tokens: 100,
    tools: null,
    messages: [{ role: 'user', content: 'x' }],
  };
  expect(fitModel('openai-chat', plain, model)).toBeUndefined();
});

test('what is no reasoning and no schema is taken by every model', () => {
  const asked = { response_format: { type: 'json_object' }, messages: [{ role: 'user', content: 'x' }] };
  expect(fitModel('openai-chat', asked, model)).toBeUndefined();
  expect(fitModel('anthropic-messages', { thinking: { type: 'disabled' }, messages: [] }, model)).toBeUndefined();
  expect(fitModel('openai-responses', { text: { format: { type: 'text' } }, input: 'x' }, model)).toBeUndefined();
});

test('who sees pictures may be given documents', () => {
  const sees: ModelTraits = { ...unknownModel, input: ['text', 'image'] };
  const json = { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] };
  expect(fitModel('openai-chat', json, sees)).toBeUndefined();
});

test('a protocol that no client speaks is left alone', () => {
  expect(fitModel('bedrock-converse', { messages: [], tools: [] }, model)).toBeUndefined();
});
