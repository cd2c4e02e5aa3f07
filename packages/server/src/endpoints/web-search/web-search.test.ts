import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';
import { inspectWebSearch } from './endpoint.ts';

const stage = setStage();

const path = '/v1/alpha/search';
/** 10 USD for a thousand searches. */
const bySearch = priceOf({ searches: 10_000_000_000_000n });
const byBoth = priceOf({ searches: 10_000_000_000_000n, inputText: 1_000_000_000n, outputText: 2_000_000_000n });

const body = {
  id: 's-1',
  model: 'm',
  input: 'What is it?',
  commands: {
    search_query: [{ q: 'tollgate', recency: 7 }, { q: 'toll' }],
    image_query: [{ q: 'gate' }],
    open: [{ ref_id: 'turn0search1' }],
    response_length: 'short',
  },
  settings: { search_context_size: 'low' },
  unheard_of: 12345678901234567890n.toString(),
};
const found = { encrypted_output: 'gAAA', output: 'A tollgate is a gate.', results: [{ type: 'text' }] };

test('passes byte for byte, and is charged for what was searched', async () => {
  const up = await stage.upstream(answer(200, found));
  const gate = await stage.gateway([{ id: 'a', provider: 'openai', baseUrl: up.baseUrl }], { price: bySearch });
  expect(await (await gate.post(body, { path })).text()).toBe(JSON.stringify(found));
  expect(up.received[0]).toMatchObject({ path, json: { ...body, model: 'm-upstream' } });
  expect(gate.records[0]).toMatchObject({ operation: 'web-search', usage: { searches: 3 } });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(30_000_000n);

  up.behave(answer(200, { ...found, usage: { input_tokens: 40, output_tokens: 7, total_tokens: 47 } }));
  await gate.post({ ...body, commands: { open: [{ ref_id: 'https://a.example' }] } }, { path });
  expect(gate.records[1]?.charge?.amount as bigint).toBe(0n);
  expect((await gate.verify()).problems).toEqual([]);
});

test('costs what its tokens likely were, where the model has a price for them and the answer tells none', async () => {
  const up = await stage.upstream(answer(200, found));
  const gate = await stage.gateway([{ id: 'a', provider: 'openai', baseUrl: up.baseUrl }], { price: byBoth });
  await gate.post(body, { path });
  expect(gate.records[0]).toMatchObject({ usageSource: 'estimated', usage: { searches: 3 } });
  expect(gate.records[0]?.charge?.amount as bigint).toBeGreaterThan(30_000_000n);

  up.behave(answer(200, { ...found, usage: { input_tokens: 40, output_tokens: 7, total_tokens: 47 } }));
  await gate.post(body, { path });
  expect(gate.records[1]).toMatchObject({ usageSource: 'provider' });
  expect(gate.records[1]?.charge?.amount as bigint).toBe(30_000_000n + 40_000n + 14_000n);
});

test('an answer without an output is tried elsewhere, and nobody is asked who has no such thing', async () => {
  const empty = await stage.upstream(answer(200, { encrypted_output: 'x' }));
  const other = await stage.upstream(answer(200, found));
  const up = await stage.upstream(answer(200, found));
  const gate = await stage.gateway([
    { id: 'a', provider: 'openai', baseUrl: empty.baseUrl, priority: 2 },
    { id: 'b', provider: 'deepseek', baseUrl: other.baseUrl, priority: 1 },
    { id: 'c', provider: 'openai', baseUrl: up.baseUrl, priority: 0 },
  ]);
  expect((await gate.post(body, { path })).status).toBe(200);
  expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['empty', 'ok']);
  expect(other.received).toEqual([]);
});

test.each([
  [[], null],
  [{ commands: {} }, 'model'],
  [{ model: 'm', commands: [] }, 'commands'],
  [{ model: 'm', commands: { search_query: 'tollgate' } }, 'commands.search_query'],
  [{ model: 'm', commands: { image_query: Array.from({ length: 101 }, () => ({})) } }, 'commands.image_query'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectWebSearch(json)).toMatchObject({ param });
});
