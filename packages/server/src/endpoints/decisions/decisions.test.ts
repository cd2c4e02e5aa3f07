import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';
import { inspectDecisions } from './endpoint.ts';

const stage = setStage();

const path = '/v1/decisions';
const questions = [{ type: 'predicate', name: 'rude', question: 'Is it rude?' }];
const usage = {
  input_tokens: 30,
  input_tokens_details: { cached_tokens: 10, cache_write_tokens: 0 },
  output_tokens: 3,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 33,
};
const decided = { answers: [{ type: 'predicate', name: 'rude', probability: 0.9 }], model: 'm-upstream', usage };

test('pass byte for byte and are charged by their tokens', async () => {
  const up = await stage.upstream(answer(200, decided));
  const gate = await stage.gateway([{ id: 'a', provider: 'openai', baseUrl: up.baseUrl }]);
  const asked = await gate.post({ model: 'm', input: 'Oh, you', questions }, { path });
  expect(await asked.text()).toBe(JSON.stringify(decided));
  expect(up.received[0]).toMatchObject({ path, json: { model: 'm-upstream', input: 'Oh, you', questions } });
  expect(gate.records[0]).toMatchObject({ operation: 'decisions', usageSource: 'provider' });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(20n * 1000n + 10n * 100n + 3n * 2000n);
  expect((await gate.verify()).problems).toEqual([]);
});

test('nobody is asked who has no such thing', async () => {
  const up = await stage.upstream(answer(200, decided));
  const gate = await stage.gateway([{ id: 'a', provider: 'deepseek', baseUrl: up.baseUrl }]);
  expect((await gate.post({ model: 'm', input: 'x', questions }, { path })).status).toBe(400);
  expect(up.received).toEqual([]);
});

test.each([
  [[], null],
  [{ input: 'x', questions }, 'model'],
  [{ model: 'm', questions }, 'input'],
  [{ model: 'm', input: '', questions }, 'input'],
  [{ model: 'm', input: ['x'], questions }, 'input'],
  [{ model: 'm', input: 'x' }, 'questions'],
  [{ model: 'm', input: 'x', questions: [] }, 'questions'],
  [{ model: 'm', input: 'x', questions: Array.from({ length: 401 }, () => ({})) }, 'questions'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectDecisions(json)).toMatchObject({ param });
});
