import { expect, test } from 'bun:test';
import { answer, usageOf, wholeAnswer } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';

const stage = setStage();
const chat = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
const message = {
  id: 'msg',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'x' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 5 },
};
const response = {
  id: 'resp',
  object: 'response',
  status: 'completed',
  model: 'm',
  output: [
    { type: 'message', id: 'i', role: 'assistant', content: [{ type: 'output_text', text: 'x', annotations: [] }] },
  ],
  usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
};
const routing = { models: ['dear'], route: 'fallback', provider: { sort: 'x' }, plugins: [{ id: 'web' }], preset: 'p' };
const more = { ...routing, extra_body: { models: ['dear'] }, seed: 7 };
const searching = {
  search_parameters: { mode: 'on' },
  enable_search: true,
  search_options: {},
  web_search_options: {},
};

test.each([
  ['openai', '/v1/chat/completions', chat, { ...more, ...searching, fallbacks: ['dear'] }, wholeAnswer('x')],
  ['openai', '/v1/responses', { model: 'm', input: 'x' }, { ...more, fallbacks: ['dear'] }, answer(200, response)],
  ['anthropic', '/v1/messages', { ...chat, max_tokens: 9 }, more, answer(200, message)],
  [
    'openai',
    '/v1/embeddings',
    { model: 'm', input: 'x' },
    more,
    answer(200, { data: [{ embedding: [1] }], usage: usageOf(1, 0) }),
  ],
] as const)(
  '%s %s: what could be served dearer is left out, told, and let pass by the channel or for the key',
  async (provider, path, body, costly, behaviour) => {
    const up = await stage.upstream(behaviour);
    const channel = { id: 'a', provider, baseUrl: up.baseUrl };
    const closed = await stage.gateway([channel]);
    const served = await closed.post({ ...body, ...costly }, { path });
    expect(served.status).toBe(200);
    expect(up.received[0]?.json).toEqual({ ...body, seed: 7, model: 'm-upstream' });
    const lost = Object.keys(costly).filter((name) => name !== 'seed');
    const told = (served.headers.get('x-tollgate-conversion-loss') ?? '').split(', ');
    expect(told.toSorted()).toEqual(lost.map((name) => `${name};dropped`).toSorted());
    const open = await stage.gateway([{ ...channel, fields: { passFields: Object.keys(costly) } }]);
    expect((await open.post({ ...body, ...costly }, { path })).status).toBe(200);
    expect(up.received[1]?.json).toEqual({ ...body, ...costly, model: 'm-upstream' });
    closed.changeKey({ passFields: Object.keys(costly) });
    expect((await closed.post({ ...body, ...costly }, { path })).status).toBe(200);
    expect(up.received[2]?.json).toEqual({ ...body, ...costly, model: 'm-upstream' });
    for (const gate of [closed, open]) expect((await gate.verify()).problems).toEqual([]);
  },
);

test('a search that the price knows passes, is set aside for, and is charged though no answer tells of it', async () => {
  const up = await stage.upstream(wholeAnswer('x', usageOf(10, 5)));
  const price = priceOf({ inputText: 1_000_000_000n, outputText: 2_000_000_000n, searches: 10_000_000_000_000n });
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price });
  const asking = { ...chat, web_search_options: { search_context_size: 'low' } };
  expect((await gate.post(asking)).status).toBe(200);
  expect(up.received[0]?.json).toEqual({ ...asking, model: 'm-upstream' });
  expect(gate.records[0]).toMatchObject({ usage: { searches: 1 } });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(10n * 1000n + 5n * 2000n + 10_000_000n);
  const poor = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price });
  await poor.leave(9_000_000n);
  expect((await poor.post(asking)).status).toBe(402);
  expect((await poor.post(chat)).status).toBe(200);
  expect((await gate.verify()).problems).toEqual([]);
});
