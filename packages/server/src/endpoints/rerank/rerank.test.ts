import { describe, expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';
import { inspectRerank } from './endpoints.ts';

const stage = setStage();

/** 2 USD for a thousand search units, or a dollar for a million tokens. */
const bySearch = priceOf({ searches: 2_000_000_000_000n });
const byToken = priceOf({ inputText: 1_000_000_000n });

const results = [
  { index: 1, relevance_score: 0.98765432109 },
  { index: 0, relevance_score: 0.1 },
];
const jina = { model: 'm-upstream', object: 'list', usage: { total_tokens: 12, prompt_tokens: 12 }, results };
const cohere = {
  id: 'r-1',
  results,
  meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
};
const ask = { model: 'm', query: 'What?', documents: ['one', { text: 'two', page: 2 }], top_n: 2 };
const texts = { ...ask, documents: ['one', 'two'] };

describe('rerank', () => {
  test('passes in Jina’s shape, and is charged for its tokens', async () => {
    const up = await stage.upstream(answer(200, jina));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'jina' }], { price: byToken });
    const response = await gate.post(ask, { path: '/v1/rerank' });
    expect(await response.text()).toBe(JSON.stringify(jina));
    expect(up.received[0]).toMatchObject({ path: '/v1/rerank', json: { ...ask, model: 'm-upstream' } });
    expect(gate.records[0]).toMatchObject({ operation: 'rerank', usage: { inputText: 12 }, usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(12_000n);
  });

  test('passes in Cohere’s shape, and is charged for its search units', async () => {
    const up = await stage.upstream(answer(200, cohere));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'cohere' }], { price: bySearch });
    const response = await gate.post({ ...texts, priority: 3 }, { path: '/v2/rerank' });
    expect(await response.text()).toBe(JSON.stringify(cohere));
    expect(up.received[0]).toMatchObject({
      path: '/v1/v2/rerank',
      json: { ...texts, priority: 3, model: 'm-upstream' },
    });
    expect(gate.records[0]).toMatchObject({ protocol: 'cohere', usage: { searches: 1 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(2_000_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('asked as of Jina, Cohere answers with the documents', async () => {
    const up = await stage.upstream(answer(200, cohere));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'cohere' }], { price: bySearch });
    const response = await gate.post({ ...ask, truncate: true }, { path: '/v1/rerank' });
    expect(up.received[0]?.json).toEqual({ model: 'm-upstream', query: 'What?', documents: ['one', 'two'], top_n: 2 });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('truncate;dropped');
    expect(await response.json()).toEqual({
      id: 'r-1',
      model: 'm',
      object: 'list',
      usage: { search_units: 1 },
      results: [
        { ...results[0], document: { text: 'two', page: 2 } },
        { ...results[1], document: { text: 'one' } },
      ],
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(2_000_000n);

    const bare = await gate.post({ ...ask, return_documents: false }, { path: '/v1/rerank' });
    expect(await bare.json()).toMatchObject({ results });
    const strict = await gate.post(
      { ...ask, truncate: true },
      { path: '/v1/rerank', headers: { 'x-tollgate-strict': 'true' } },
    );
    expect(strict.status).toBe(400);
    expect(await strict.json()).toMatchObject({ error: { code: 'conversion_loss', param: 'truncate' } });
  });

  test('asked as of Cohere, Jina answers in Cohere’s shape', async () => {
    const up = await stage.upstream(answer(200, jina));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'jina' }], { price: byToken });
    const response = await gate.post({ ...texts, max_tokens_per_doc: 100 }, { path: '/v2/rerank' });
    expect(up.received[0]).toMatchObject({ path: '/v1/rerank' });
    expect(up.received[0]?.json).toEqual({ ...texts, model: 'm-upstream', return_documents: false });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('max_tokens_per_doc;dropped');
    expect(await response.json()).toEqual({
      id: gate.records[0]?.id,
      results,
      meta: { api_version: { version: '2' }, tokens: { input_tokens: 12 } },
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(12_000n);
  });

  test('says in each shape what is wrong, without asking anybody', async () => {
    const up = await stage.upstream(answer(200, jina));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'jina' }], { price: byToken });
    const wrong = { model: 'm', query: 'What?', documents: [] };
    const inJina = await gate.post(wrong, { path: '/v1/rerank' });
    expect([inJina.status, await inJina.json()]).toMatchObject([400, { error: { param: 'documents' } }]);
    const inCohere = await gate.post(wrong, { path: '/v2/rerank' });
    expect([inCohere.status, await inCohere.json()]).toEqual([
      400,
      { id: expect.any(String), message: '"documents" must be a non-empty array of strings or objects.' },
    ]);
    expect(up.received).toEqual([]);
  });

  test('without a result is tried elsewhere, and an upstream’s refusal costs nothing', async () => {
    const empty = await stage.upstream(answer(200, { ...jina, results: [] }));
    const up = await stage.upstream(answer(422, { detail: 'too many documents' }));
    const gate = await stage.gateway([
      { id: 'a', baseUrl: empty.baseUrl, provider: 'jina', priority: 1 },
      { id: 'b', baseUrl: up.baseUrl, provider: 'cohere', priority: 0 },
    ]);
    const response = await gate.post(ask, { path: '/v1/rerank' });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('too many documents');
    expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['empty', 'bad_request']);
    expect(gate.records[0]?.charge).toBeUndefined();
  });

  test('by a price in units that the answer does not tell, is charged by an estimate', async () => {
    const up = await stage.upstream(answer(200, jina));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'jina' }], { price: bySearch });
    expect((await gate.post(ask, { path: '/v1/rerank' })).status).toBe(200);
    expect(gate.records[0]).toMatchObject({ usage: { inputText: 12, searches: 1 }, usageSource: 'estimated' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(2_000_000n);
  });

  test('of a model that chats is refused', async () => {
    const up = await stage.upstream(answer(200, jina));
    const models = { m: { upstream: 'x', operations: ['chat'] as const } };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'custom', models }]);
    expect((await gate.post(ask, { path: '/v1/rerank' })).status).toBe(400);
    expect(up.received).toEqual([]);
  });
});

test.each([
  [[], null],
  [{ query: 'x', documents: ['y'] }, 'model'],
  [{ model: 'm', documents: ['y'] }, 'query'],
  [{ model: 'm', query: '', documents: ['y'] }, 'query'],
  [{ model: 'm', query: 'x' }, 'documents'],
  [{ model: 'm', query: 'x', documents: [3] }, 'documents'],
  [{ model: 'm', query: 'x', documents: ['y'], top_n: 0 }, 'top_n'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectRerank(json)).toMatchObject({ param });
});

test('search units are never held for less than they are', () => {
  const documents = Array.from({ length: 250 }, () => 'x '.repeat(10));
  expect(inspectRerank({ model: 'm', query: 'x', documents })).toMatchObject({ counted: { searches: 3 } });
  const long = Array.from({ length: 100 }, () => 'x '.repeat(600));
  expect(inspectRerank({ model: 'm', query: 'x', documents: long })).toMatchObject({ counted: { searches: 2 } });
});
