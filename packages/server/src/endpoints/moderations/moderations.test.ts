import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';
import { inspectModerations } from './endpoint.ts';

const stage = setStage();

const path = '/v1/moderations';
const verdict = {
  id: 'modr-1',
  model: 'omni-moderation-latest',
  results: [{ flagged: true, categories: { violence: true }, category_scores: { violence: 0.9 } }],
};

test('pass byte for byte, are charged by an estimate where no usage is told, and by what is told otherwise', async () => {
  const up = await stage.upstream(answer(200, verdict));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
  const response = await gate.post({ model: 'm', input: 'I kill you' }, { path });
  expect(await response.text()).toBe(JSON.stringify(verdict));
  expect(new URL(up.received[0]?.path ?? '', 'http://up').pathname).toEndWith('/moderations');
  expect(gate.records[0]).toMatchObject({ operation: 'moderations', endReason: 'completed', usageSource: 'estimated' });

  up.behave(answer(200, { ...verdict, usage: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4 } }));
  await gate.post({ model: 'm', input: ['a', 'b'] }, { path });
  expect(gate.records[1]).toMatchObject({ usageSource: 'provider' });
  expect(gate.records[1]?.charge?.amount as bigint).toBe(4000n);
  expect((await gate.verify()).problems).toEqual([]);
});

test('a request that names no model gets OpenAI’s', async () => {
  const up = await stage.upstream(answer(200, verdict));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { 'omni-moderation-latest': 'omni-1' } }]);
  expect((await gate.post({ input: 'x' }, { path })).status).toBe(200);
  expect(up.received[0]?.json).toEqual({ input: 'x', model: 'omni-1' });
});

test('an answer without a verdict is tried elsewhere', async () => {
  const empty = await stage.upstream(answer(200, { ...verdict, results: [] }));
  const up = await stage.upstream(answer(200, verdict));
  const gate = await stage.gateway([
    { id: 'a', baseUrl: empty.baseUrl, priority: 1 },
    { id: 'b', baseUrl: up.baseUrl, priority: 0 },
  ]);
  expect((await gate.post({ model: 'm', input: 'x' }, { path })).status).toBe(200);
  expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['empty', 'ok']);
});

test.each([
  [[], null],
  [{ model: 5, input: 'x' }, 'model'],
  [{ model: 'm' }, 'input'],
  [{ model: 'm', input: '' }, 'input'],
  [{ model: 'm', input: [] }, 'input'],
  [{ model: 'm', input: [3] }, 'input'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectModerations(json)).toMatchObject({ param });
});
