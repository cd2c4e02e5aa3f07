import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';
import { inspectTokenize } from './endpoint.ts';

const stage = setStage();
const path = '/v1/tokenize';

test('tokens of public encodings are told by the gateway, for nothing', async () => {
  const up = await stage.upstream(answer(500, {}));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: 'gpt-4o' } }]);
  await gate.spendAll();
  const response = await gate.post({ model: 'm', text: 'Hello, world!' }, { path });
  expect(await response.json()).toEqual({
    model: 'm',
    count: 4,
    tokens: [13225, 11, 2375, 0],
    token_strings: ['Hello', ',', ' world', '!'],
  });
  expect(up.received).toEqual([]);
  expect(gate.records).toEqual([]);
});

test('vLLM is asked in its own words, and answers in those of who asks', async () => {
  const said = { count: 2, max_model_len: 100, tokens: [5, 6], token_strs: ['a', 'b'] };
  const up = await stage.upstream(answer(200, said));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'vllm' }]);
  const own = await gate.post({ model: 'm', prompt: 'ab', add_special_tokens: false }, { path });
  expect(await own.text()).toBe(JSON.stringify(said));
  expect(up.received[0]).toMatchObject({
    path: '/tokenize',
    json: { model: 'm-upstream', prompt: 'ab', add_special_tokens: false },
  });
  const other = await gate.post({ model: 'm', text: 'ab' }, { path });
  expect(await other.json()).toEqual({ ...said, token_strings: ['a', 'b'] });
  expect(up.received[1]?.json).toEqual({ model: 'm-upstream', prompt: 'ab', return_token_strs: true });
});

test('Cohere is asked for the tokens of its own', async () => {
  const up = await stage.upstream(answer(200, { tokens: [1, 2], token_strings: ['a', 'b'], meta: {} }));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'cohere' }]);
  const response = await gate.post({ model: 'm', prompt: 'ab' }, { path });
  expect(up.received[0]).toMatchObject({ path: '/v1/v1/tokenize' });
  expect(up.received[0]?.json).toEqual({ model: 'm-upstream', text: 'ab' });
  expect(await response.json()).toEqual({ model: 'm', count: 2, tokens: [1, 2], token_strings: ['a', 'b'] });
});

test('tokens that nobody tells are not made up', async () => {
  const up = await stage.upstream(answer(200, {}));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'anthropic' }]);
  const response = await gate.post({ model: 'm', text: 'ab' }, { path });
  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'operation_not_supported' } }]);
  expect(up.received).toEqual([]);
});

test('a server that has no such path is no obstacle', async () => {
  const up = await stage.upstream(answer(404, { detail: 'Not Found' }));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'vllm', models: { m: 'gpt-4o' } }]);
  expect(await (await gate.post({ model: 'm', text: 'Hello' }, { path })).json()).toMatchObject({ tokens: [13225] });
});

test.each([
  [[], null],
  [{ text: 'x' }, 'model'],
  [{ model: 'm' }, 'text'],
  [{ model: 'm', text: '' }, 'text'],
  [{ model: 'm', text: 'x'.repeat(70_000) }, 'text'],
  [{ model: 'm', messages: 'x' }, 'messages'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectTokenize(json)).toMatchObject({ param });
});
