import { expect, test } from 'bun:test';
import { catalogue } from '../../data/prices.ts';
import type { Price } from '../../domain/price.ts';
import { readPriceSheet } from '../../domain/price-sheet.ts';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { programOf } from '../../services/price-expressions/program-of.ts';
import { speakers, type Spoken } from '../testing/conversations.ts';
import { setStage } from '../testing/stage.ts';

// What tools at the vendor cost by the prices that Tollgate comes with, to the nano-dollar.

const stage = setStage();

async function shipped(model: string): Promise<Price> {
  const terms = readPriceSheet(catalogue.models[model]?.price ?? {});
  const program = await programOf(terms);
  return { ...terms, ...(program && { program }), version: 'v', source: 'shipped', asOf: catalogue.asOf };
}

type Json = Readonly<Record<string, unknown>>;

const said = {
  type: 'message',
  id: 'm',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Yes', annotations: [] }],
};
const response = (output: readonly Json[], more: Json = {}, usage: Json = {}): Json => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [...output, said],
  usage: { input_tokens: 1000, output_tokens: 100, total_tokens: 1100, ...usage },
  ...more,
});
const search = { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'q' } };
const opened = {
  type: 'web_search_call',
  id: 'wo',
  status: 'completed',
  action: { type: 'open_page', url: 'https://x' },
};
const code = (id: string, container: string): Json => ({
  type: 'code_interpreter_call',
  id,
  status: 'completed',
  code: '1',
  outputs: [],
  container_id: container,
});
const picture = (quality: string, size: string): Json => ({
  type: 'image_generation_call',
  id: 'ig',
  status: 'completed',
  result: 'AAAA',
  quality,
  size,
});
const message = (usage: Json): Json => ({
  id: 'msg',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  stop_reason: 'end_turn',
  content: [{ type: 'text', text: 'Yes' }],
  usage: { input_tokens: 1000, output_tokens: 100, ...usage },
});
const candidate = (model: string, groundingMetadata: Json): Json => ({
  modelVersion: model,
  candidates: [{ content: { role: 'model', parts: [{ text: 'Yes' }] }, finishReason: 'STOP', groundingMetadata }],
  usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 },
});
const completion = (usage: Json): Json => ({
  id: 'c',
  object: 'chat.completion',
  model: 'sonar',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, ...usage },
});
const interaction = (usage: Json): Json => ({
  id: 'i',
  object: 'interaction',
  status: 'completed',
  model: 'gemini-3-flash-preview',
  steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Yes' }] }],
  usage: { total_input_tokens: 1000, total_output_tokens: 100, total_tokens: 1100, ...usage },
});
const place = { maps: { uri: 'https://maps', title: 'There' } };

/** By which protocol, which model, what it answers, what its tools cost in millionths of a dollar, what its tokens do, and of which tool. */
const cases: readonly (readonly [string, Spoken, string, Json, tools: number, tokens: number, ask?: Json])[] = [
  ['web search', 'openai-responses', 'gpt-5.4', response([search, opened, search]), 20_000, 4000],
  [
    'web search, as told',
    'openai-responses',
    'gpt-5.4',
    response([search], { tool_usage: { web_search: { num_requests: 3 } } }),
    30_000,
    4000,
  ],
  [
    'file search',
    'openai-responses',
    'gpt-5.4',
    response([{ type: 'file_search_call', id: 'fs', status: 'completed', queries: [] }]),
    2500,
    4000,
  ],
  [
    'code interpreter: one container',
    'openai-responses',
    'gpt-5.4',
    response([code('1', 'a'), code('2', 'a')]),
    30_000,
    4000,
  ],
  [
    'code interpreter: two containers',
    'openai-responses',
    'gpt-5.4',
    response([code('1', 'a'), code('2', 'b')]),
    60_000,
    4000,
  ],
  [
    'a hosted shell',
    'openai-responses',
    'gpt-5.4',
    response([
      {
        type: 'shell_call',
        id: 's',
        call_id: 's',
        status: 'completed',
        action: {},
        environment: { type: 'container_reference', container_id: 'a' },
      },
    ]),
    30_000,
    4000,
  ],
  [
    'a shell of the client’s',
    'openai-responses',
    'gpt-5.4',
    response([
      { type: 'shell_call', id: 's', call_id: 's', status: 'completed', action: {}, environment: { type: 'local' } },
    ]),
    0,
    4000,
  ],
  [
    'computer use',
    'openai-responses',
    'gpt-5.4',
    response([
      {
        type: 'computer_call',
        id: 'cc',
        call_id: 'cc',
        status: 'completed',
        action: { type: 'wait' },
        pending_safety_checks: [],
      },
    ]),
    0,
    4000,
  ],
  ['a picture, low', 'openai-responses', 'gpt-5.4', response([picture('low', '1024x1024')]), 11_000, 4000],
  [
    'a picture, medium and tall',
    'openai-responses',
    'gpt-5.4',
    response([picture('medium', '1024x1536')]),
    63_000,
    4000,
  ],
  ['a picture, high', 'openai-responses', 'gpt-5.4', response([picture('high', '1024x1024')]), 167_000, 4000],
  ['a picture, high and wide', 'openai-responses', 'gpt-5.4', response([picture('high', '1536x1024')]), 250_000, 4000],
  [
    'X search, code and files of xAI’s',
    'openai-responses',
    'grok-4.3',
    response(
      [],
      {},
      {
        server_side_tool_usage_details: {
          web_search_calls: 1,
          x_search_calls: 2,
          code_interpreter_calls: 1,
          file_search_calls: 2,
          mcp_calls: 4,
        },
      },
    ),
    25_000,
    1500,
  ],
  [
    'web search',
    'anthropic-messages',
    'claude-sonnet-4-5',
    message({ server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 } }),
    20_000,
    4500,
  ],
  [
    'web fetch',
    'anthropic-messages',
    'claude-sonnet-4-5',
    message({ server_tool_use: { web_search_requests: 0, web_fetch_requests: 5 } }),
    0,
    4500,
  ],
  [
    'Google’s search, by the answer',
    'gemini',
    'gemini-2.5-pro',
    candidate('gemini-2.5-pro', { webSearchQueries: ['a', 'b'] }),
    35_000,
    2250,
  ],
  [
    'Google’s search, by the query',
    'gemini',
    'gemini-3-flash-preview',
    candidate('gemini-3-flash-preview', { webSearchQueries: ['a', 'b'] }),
    28_000,
    800,
  ],
  [
    'Google’s maps',
    'gemini',
    'gemini-2.5-pro',
    candidate('gemini-2.5-pro', { groundingChunks: [place, place] }),
    25_000,
    2250,
  ],
  [
    'Google’s maps and search',
    'gemini',
    'gemini-3-flash-preview',
    candidate('gemini-3-flash-preview', { groundingChunks: [place], webSearchQueries: ['a'] }),
    28_000,
    800,
  ],
  [
    'Google’s search and maps',
    'gemini-interactions',
    'gemini-3-flash-preview',
    interaction({
      grounding_tool_count: [
        { type: 'google_search', count: 2 },
        { type: 'google_maps', count: 1 },
      ],
    }),
    42_000,
    800,
  ],
  ['a search of Perplexity’s', 'openai-chat', 'sonar', completion({}), 5000, 1100],
  [
    'a wide search of Perplexity’s',
    'openai-chat',
    'sonar',
    completion({}),
    12_000,
    1100,
    { web_search_options: { search_context_size: 'high' } },
  ],
  [
    'deep research',
    'openai-chat',
    'sonar-deep-research',
    completion({ citation_tokens: 2000, reasoning_tokens: 10_000, num_search_queries: 8 }),
    40_000,
    36_800,
  ],
];

test.each(cases.map((one) => [`${one[0]}, ${one[2]}`, one] as const))('%s', async (_name, one) => {
  const [, by, model, told, tools, tokens, ask] = one;
  const up = await stage.upstream(answer(200, told));
  const { channel, ask: asking } = speakers[by];
  const provider = model.startsWith('sonar') ? { provider: 'perplexity', settings: {} } : {};
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: model }, ...channel, ...provider }], {
    price: await shipped(model),
  });
  const { path, body } = asking(false);
  expect((await gate.post({ ...body, ...ask }, { path })).status).toBe(200);
  expect(gate.records[0]?.charge?.amount as bigint).toBe(BigInt(tools + tokens) * 1000n);
});

/** By which tier an answer says that it was served, and what it then costs in millionths of a dollar. */
const tiers: readonly (readonly [string, By: Spoken, told: Json, tokens: number])[] = [
  ['gpt-5', 'openai-chat', completion({}), 2250],
  ['gpt-5', 'openai-chat', { ...completion({}), service_tier: 'flex' }, 1125],
  ['gpt-5', 'openai-chat', { ...completion({}), service_tier: 'priority' }, 4500],
  ['gpt-4o-mini', 'openai-chat', { ...completion({}), service_tier: 'priority' }, 350],
  ['claude-opus-4-8', 'anthropic-messages', message({ model: 'claude-opus-4-8' }), 7500],
  ['claude-opus-4-8', 'anthropic-messages', message({ speed: 'fast' }), 15_000],
  ['claude-opus-4-8', 'anthropic-messages', message({ service_tier: 'batch' }), 3750],
  ['claude-opus-4-8', 'anthropic-messages', message({ inference_geo: 'us' }), 8250],
  ['claude-opus-4-8', 'anthropic-messages', message({ inference_geo: 'us', speed: 'fast' }), 16_500],
  ['claude-opus-4-8', 'anthropic-messages', message({ inference_geo: 'us', service_tier: 'batch' }), 4125],
  ['claude-opus-4-8', 'anthropic-messages', message({ inference_geo: 'global' }), 7500],
  ['claude-fable-5', 'anthropic-messages', message({ inference_geo: 'us' }), 16_500],
  ['claude-sonnet-4-6', 'anthropic-messages', message({ inference_geo: 'us' }), 4950],
  // Searches cost the same everywhere: a cent each.
  [
    'claude-sonnet-5',
    'anthropic-messages',
    message({ inference_geo: 'us', server_tool_use: { web_search_requests: 1 } }),
    13_300,
  ],
  // It came before geographies.
  ['claude-sonnet-4-5', 'anthropic-messages', message({ inference_geo: 'not_available' }), 4500],
  ['qwen-plus', 'openai-chat', completion({}), 520],
  ['qwen-plus', 'openai-chat', completion({ completion_tokens_details: { reasoning_tokens: 60 } }), 800],
];

test.each(tiers)('%s (%s): %j', async (model, by, told, tokens) => {
  const up = await stage.upstream(answer(200, told));
  const { channel, ask } = speakers[by];
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: model }, ...channel }], {
    price: await shipped(model),
  });
  const { path, body } = ask(false);
  expect((await gate.post(body, { path })).status).toBe(200);
  expect(gate.records[0]?.charge?.amount as bigint).toBe(BigInt(tokens) * 1000n);
});
