import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { answering, speakers, spoken, type Spoken } from '../testing/conversations.ts';
import { priceOf, setStage } from '../testing/stage.ts';

// Tools that run at the vendor are billed by their use: what they may come to is set aside before anything is asked.

const stage = setStage();
const cent = 10_000_000n;
const price = priceOf({
  inputText: 1_000_000_000n,
  outputText: 1_000_000_000n,
  searches: cent * 1_000_000n,
  toolCalls: cent * 1_000_000n,
});
const stops = {
  'openai-chat': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
  gemini: 'STOP',
  'gemini-interactions': 'completed',
} as const;

type Case = readonly [by: Spoken, more: Readonly<Record<string, unknown>>, cents: bigint];
const cases: readonly Case[] = [
  ['openai-chat', { tools: [{ type: 'web_search' }] }, 5n],
  ['openai-responses', { tools: [{ type: 'web_search' }, { type: 'web_search_preview' }] }, 5n],
  ['openai-responses', { tools: [{ type: 'web_search' }, { type: 'file_search' }] }, 10n],
  ['openai-responses', { tools: [{ type: 'web_search' }], max_tool_calls: 2 }, 2n],
  ['anthropic-messages', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 5n],
  ['anthropic-messages', { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 9 }] }, 9n],
  ['anthropic-messages', { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: -9 }] }, 5n],
  ['gemini', { tools: [{ googleSearch: {} }] }, 5n],
  ['gemini', { tools: [{ google_search_retrieval: {} }] }, 5n],
  ['gemini', { tools: [{ codeExecution: {} }] }, 0n],
  ['gemini-interactions', { tools: [{ type: 'google_search' }, { type: 'google_maps' }] }, 10n],
  ['gemini-interactions', { tools: [{ type: 'code_execution' }] }, 0n],
  ['openai-responses', { tools: [{ type: 'function', name: 'web_search', parameters: {} }] }, 0n],
];

test.each(cases)('%s %j: %d cents are set aside beside the tokens', async (by, more, cents) => {
  const up = await stage.upstream(answering(by, { text: 'Yes', stop: stops[by], input: 10, output: 5 }));
  const spec = { id: 'a', baseUrl: up.baseUrl, ...speakers[by].channel };
  const { path, body } = speakers[by].ask(false);
  const held = async (asked: object): Promise<bigint> => {
    const gate = await stage.gateway([spec], { price });
    expect((await gate.post(asked, { path })).status).toBe(200);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(15_000n);
    return BigInt(gate.records[0]?.debits[0]?.amount ?? 0n);
  };
  const beside = (await held({ ...body, ...more })) - (await held(body));
  // What the tools themselves come to in tokens is less than a cent.
  expect(beside / cent).toBe(cents);
});

test.each(spoken)('%s: how many is a setting, and who cannot pay them is refused', async (by) => {
  const up = await stage.upstream(answering(by, { text: 'Yes', stop: stops[by], input: 10, output: 5 }));
  const relay = { ...defaultSettings.relay, holdToolUses: 20 };
  const spec = { id: 'a', baseUrl: up.baseUrl, ...speakers[by].channel };
  const gate = await stage.gateway([spec], { price, settings: { ...defaultSettings, relay } });
  await gate.leave(20n * cent - 1n);
  const { path, body } = speakers[by].ask(false);
  const type = by === 'gemini-interactions' ? 'google_search' : 'web_search';
  const tool = by === 'gemini' ? { google_search: {} } : { type, name: type };
  expect((await gate.post({ ...body, tools: [tool] }, { path })).status).toBe(402);
  expect((await gate.post(body, { path })).status).toBe(200);
  expect(up.received.length).toBe(1);
});

test('a search of files is paid as one where the price knows it, and else as any call of a tool', async () => {
  const found = [
    { type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['x'], results: null },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Yes', annotations: [] }],
    },
  ];
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  const answer = { id: 'resp_1', object: 'response', status: 'completed', output: found, usage };
  const up = await stage.upstream((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  // What a million of them cost.
  for (const [own, cents] of [
    [{}, 1n],
    [{ fileSearches: 2n * cent * 1_000_000n }, 2n],
  ] as const) {
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], {
      price: { ...price, rates: { ...price.rates, ...own } },
    });
    const body = { model: 'm', input: 'Where?', tools: [{ type: 'file_search', vector_store_ids: [] }] };
    expect((await gate.post(body, { path: '/v1/responses' })).status).toBe(200);
    expect(gate.records[0]?.usage).toMatchObject({ fileSearches: 1 });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(15_000n + cents * cent);
  }
});
