import { describe, expect, test } from 'bun:test';
import { answer, usageOf, wholeAnswer } from '../../relay/testing/scripted-upstream.ts';
import { answering, see, speakers, spoken } from '../testing/conversations.ts';
import { priceOf, setStage } from '../testing/stage.ts';

// An answer by another model than was asked: seen, told, and charged so that nobody pays for what he did not get, nor more
// than for what he asked.

const stage = setStage();
const price = priceOf({ inputText: 1_000_000_000n, outputText: 2_000_000_000n });
const cheap = priceOf({ inputText: 100_000_000n, outputText: 200_000_000n });
const dear = priceOf({ inputText: 10_000_000_000n, outputText: 20_000_000_000n });
const prices = { 'gpt-4o-mini': cheap, 'claude-opus-4': dear };
/** Of 100 tokens in and 50 out, at the price of what was asked. */
const plain = 200_000n;
const stops = {
  'openai-chat': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
  gemini: 'STOP',
  'gemini-interactions': 'completed',
} as const;
const script = (of: keyof typeof stops, model: string) =>
  answering(of, { text: 'Yes', stop: stops[of], input: 100, output: 50, model });

const pairs = spoken.flatMap((from) => spoken.map((by) => [from, by] as const));

describe.each(pairs)('an upstream of %s and a client of %s', (from, by) => {
  const { channel } = speakers[from];
  const spec = { id: 'a', ...channel, models: { m: 'gpt-4o' } };

  test.each([
    ['gpt-4o-mini-2024-07-18', 20_000n, 'model: gpt-4o-mini'],
    ['anthropic/claude-opus-4', plain, undefined],
    ['a-stranger', plain, undefined],
  ] as const)('%s answers: told, and charged %s', async (model, amount, condition) => {
    const up = await stage.upstream(script(from, model));
    const warnings: string[] = [];
    const gate = await stage.gateway([{ ...spec, baseUrl: up.baseUrl }], {
      price,
      prices,
      logged: (_, words) => warnings.push(words),
    });
    for (const stream of [false, true]) {
      const { path, body } = speakers[by].ask(stream);
      expect(await see(by, await gate.post(body, { path }))).toMatchObject({ status: 200, text: 'Yes' });
    }
    for (const record of gate.records) {
      expect(record).toMatchObject({ modelServed: 'gpt-4o', modelAnswered: model, usageSource: 'provider' });
      expect(record.charge?.amount as bigint).toBe(amount);
      expect(record.charge?.lines.map((line) => line.condition)).toEqual([condition, condition]);
    }
    expect(gate.deps.metrics.oddAnswers).toEqual(new Map([['model', 2]]));
    expect(warnings).toEqual(['another model answered', 'another model answered']);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each(['gpt-4o', 'gpt-4o-2024-08-06', 'openai/gpt-4o', 'GPT-4o'])('%s is what was asked', async (model) => {
    const up = await stage.upstream(script(from, model));
    const gate = await stage.gateway([{ ...spec, baseUrl: up.baseUrl }], { price, prices });
    for (const stream of [false, true]) {
      const { path, body } = speakers[by].ask(stream);
      expect((await gate.post(body, { path })).status).toBe(200);
    }
    await gate.recorded(2);
    expect(gate.records.map((record) => record.modelAnswered)).toEqual([undefined, undefined]);
    expect(gate.deps.metrics.oddAnswers.size).toBe(0);
    expect(gate.records.map(({ charge }) => charge?.amount as bigint)).toEqual([plain, plain]);
  });
});

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const answered = (model: string) => answer(200, { ...JSON.parse(whole), model });
const whole = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: usageOf(100, 50),
});

test('a model that the client named itself is charged by its own price, and its hold covers that', async () => {
  const up = await stage.upstream(answered('anthropic/claude-opus-4'));
  const asking = { ...hello, models: ['anthropic/claude-opus-4', 'x'], max_tokens: 50 };
  const spec = { id: 'a', provider: 'openrouter', baseUrl: up.baseUrl, models: { m: 'openai/gpt-4o' } };
  const options = { price, prices: { ...prices, 'anthropic/claude-opus-4': dear } };
  const open = await stage.gateway([{ ...spec, fields: { passFields: ['models'] } }], options);
  expect((await open.post(asking)).status).toBe(200);
  expect(open.records[0]).toMatchObject({ modelAnswered: 'anthropic/claude-opus-4' });
  expect(open.records[0]?.charge?.amount as bigint).toBe(2_000_000n);
  expect(open.deps.metrics.oddAnswers.size).toBe(0);
  expect((await open.verify()).problems).toEqual([]);

  // What is set aside is of the dearest that may answer.
  const poor = await stage.gateway([{ ...spec, fields: { passFields: ['models'] } }], options);
  await poor.leave(900_000n);
  expect((await poor.post(asking)).status).toBe(402);
  expect((await poor.post({ ...hello, max_tokens: 50 })).status).toBe(200);

  // Who may not name one has not named one.
  const closed = await stage.gateway([spec], options);
  expect((await closed.post(asking)).status).toBe(200);
  expect(up.received.at(-1)?.json).not.toHaveProperty('models');
  expect(closed.records[0]?.charge?.amount as bigint).toBe(plain);
  expect(closed.deps.metrics.oddAnswers).toEqual(new Map([['model', 1]]));
});

test.each([
  ['a deployment of one’s own', { m: 'prod-chat' }],
  ['a deployment that somebody says is that model', { m: { upstream: 'gpt-4o', baseModel: 'gpt-4o-mini' } }],
])('nothing is concluded of %s', async (_, models) => {
  const up = await stage.upstream(answered('gpt-4o-mini-2024-07-18'));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models }], { price, prices });
  expect((await gate.post(hello)).status).toBe(200);
  expect(gate.records[0]?.modelAnswered).toBeUndefined();
  expect(gate.records[0]?.charge?.amount as bigint).toBe(plain);
});

test('nor where the channel itself asks for another', async () => {
  const up = await stage.upstream(answered('gpt-4o-mini'));
  const overrides = { body: { set: { model: 'gpt-4o-mini' } } };
  const spec = { id: 'a', baseUrl: up.baseUrl, models: { m: 'gpt-4o' }, overrides };
  const gate = await stage.gateway([spec], { price, prices });
  expect((await gate.post(hello)).status).toBe(200);
  expect(gate.records[0]?.modelAnswered).toBeUndefined();
});

test('an answer that names no model says nothing', async () => {
  const up = await stage.upstream(wholeAnswer('Hi', usageOf(100, 50)));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: 'gpt-4o' } }], { price, prices });
  expect((await gate.post(hello)).status).toBe(200);
  expect(gate.records[0]?.modelAnswered).toBeUndefined();
});

test('vectors of another model are seen too', async () => {
  const vectors = { data: [{ index: 0, embedding: [1] }], usage: { prompt_tokens: 100, total_tokens: 100 } };
  const up = await stage.upstream(answer(200, { ...vectors, model: 'gpt-4o-mini' }));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: 'gpt-4o' } }], { price, prices });
  expect((await gate.post({ model: 'm', input: 'x' }, { path: '/v1/embeddings' })).status).toBe(200);
  expect(gate.records[0]).toMatchObject({ modelAnswered: 'gpt-4o-mini' });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(10_000n);
});
