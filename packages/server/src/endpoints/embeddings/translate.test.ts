import { describe, expect, test } from 'bun:test';
import type { JsonObject } from '@tollgate/wire/protocol';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();

/** Two vectors, in what each vendor says of them; seven tokens where it tells them. */
const vectors = [
  [0.5, -2],
  [0.25, 8],
];
const said: Readonly<Record<string, { readonly provider: string; readonly path: string; readonly body: JsonObject }>> =
  {
    openai: {
      provider: 'openai',
      path: '/v1/embeddings',
      body: {
        object: 'list',
        // Some do not keep to the order.
        data: [
          { object: 'embedding', index: 1, embedding: [0.25, 8] },
          { object: 'embedding', index: 0, embedding: [0.5, -2] },
        ],
        model: 'x',
        usage: { prompt_tokens: 7, total_tokens: 7 },
      },
    },
    gemini: {
      provider: 'gemini',
      path: '/v1/v1beta/models/m-upstream:batchEmbedContents',
      body: { embeddings: vectors.map((values) => ({ values })), usageMetadata: { promptTokenCount: 7 } },
    },
    cohere: {
      provider: 'cohere',
      path: '/v1/v2/embed',
      body: { id: 'e', embeddings: { float: vectors }, meta: { billed_units: { input_tokens: 7 } } },
    },
  };

const texts = ['one', 'two'];
const ways: Readonly<
  Record<string, { readonly path: string; readonly body: JsonObject; readonly answer: JsonObject }>
> = {
  openai: {
    path: '/v1/embeddings',
    body: { model: 'm', input: texts, dimensions: 2 },
    answer: {
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'm',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    },
  },
  gemini: {
    path: '/v1beta/models/m:batchEmbedContents',
    body: {
      requests: texts.map((text) => ({
        model: 'models/m',
        content: { parts: [{ text }] },
        taskType: 'RETRIEVAL_DOCUMENT',
        outputDimensionality: 2,
      })),
    },
    answer: {
      embeddings: vectors.map((values) => ({ values })),
      usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
    },
  },
  cohere: {
    path: '/v2/embed',
    body: { model: 'm', texts, input_type: 'search_document', embedding_types: ['float'], output_dimension: 2 },
    answer: {
      id: 'embed',
      embeddings: { float: vectors },
      texts,
      response_type: 'embeddings_by_type',
      meta: { api_version: { version: '2' }, billed_units: { input_tokens: 7 } },
    },
  },
};

/** What each vendor is asked, by whoever asked. */
const asked: Readonly<Record<string, JsonObject>> = {
  openai: { model: 'm-upstream', input: texts, dimensions: 2, encoding_format: 'float' },
  gemini: {
    requests: texts.map((text) => ({
      model: 'models/m-upstream',
      content: { parts: [{ text }] },
      outputDimensionality: 2,
    })),
  },
  cohere: {
    model: 'm-upstream',
    texts,
    input_type: 'search_document',
    embedding_types: ['float'],
    output_dimension: 2,
  },
};

const pairs = Object.keys(ways).flatMap((from) =>
  Object.keys(said).flatMap((to) => (from === to ? [] : [[from, to] as const])),
);

test.each(pairs)(
  'clients of %s are told what they are charged where an upstream of %s does not tell',
  async (from, to) => {
    const [way, vendor] = [ways[from], said[to]];
    if (!way || !vendor) throw new Error('no such way');
    const { usage: _, usageMetadata: __, meta: ___, ...silent } = vendor.body as Record<string, JsonObject>;
    const up = await stage.upstream(answer(200, silent));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: vendor.provider }]);
    const text = await (await gate.post(way.body, { path: way.path })).text();
    const [record] = gate.records;
    expect(record?.usageSource).toBe('estimated');
    expect(text).toMatch(new RegExp(`"(?:prompt_tokens|promptTokenCount|input_tokens)":${record?.usage.inputText}\\b`));
  },
);

test.each(pairs)('clients of %s get vectors of %s, charged as it says', async (from, to) => {
  const [way, vendor] = [ways[from], said[to]];
  if (!way || !vendor) throw new Error('no such way');
  const up = await stage.upstream(answer(200, vendor.body));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: vendor.provider }]);
  const response = await gate.post(way.body, { path: way.path });
  expect(await response.json()).toEqual(way.answer);
  expect(up.received[0]?.path).toBe(vendor.path);
  expect(up.received[0]?.json).toMatchObject(asked[to] ?? {});
  expect(gate.records[0]).toMatchObject({ usage: { inputText: 7 }, usageSource: 'provider', endReason: 'completed' });
  expect(gate.records[0]?.charge?.amount as bigint).toBe(7000n);
  expect((await gate.verify()).problems).toEqual([]);
});

describe('Gemini', () => {
  test.each([
    [
      'embedContent',
      { content: { parts: [{ text: 'one' }] }, taskType: 'CLUSTERING' },
      { embedding: { values: [1, 2] } },
    ],
    [
      'batchEmbedContents',
      { requests: [{ model: 'models/m', content: { parts: [{ text: 'one' }] } }] },
      { embeddings: [{ values: [1, 2] }] },
    ],
  ])('passes %s to Gemini, with the model’s name upstream', async (method, body, said) => {
    const up = await stage.upstream(answer(200, said));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini' }]);
    const response = await gate.post(body, { path: `/v1beta/models/m:${method}` });
    expect(await response.text()).toBe(JSON.stringify(said));
    expect(up.received[0]?.path).toBe(`/v1/v1beta/models/m-upstream:${method}`);
    expect(up.received[0]?.text).toBe(JSON.stringify(body).replace('models/m"', 'models/m-upstream"'));
    expect(gate.records[0]).toMatchObject({ protocol: 'gemini', usageSource: 'estimated' });
    expect(gate.records[0]?.charge?.amount).toBeGreaterThan(0n);
  });

  test('embeds one text by whoever embeds several', async () => {
    const one = { data: [{ index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 2, total_tokens: 2 } };
    const up = await stage.upstream(answer(200, one));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const body = { content: { parts: [{ text: 'one' }, { text: 'more' }] }, title: 'T', task_type: 'RETRIEVAL_QUERY' };
    const response = await gate.post(body, { path: '/v1beta/models/m:embedContent' });
    expect(up.received[0]?.json).toEqual({ model: 'm-upstream', input: ['one\nmore'], encoding_format: 'float' });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('title;dropped, purpose;dropped');
    expect(await response.json()).toMatchObject({ embedding: { values: [1, 2] } });
  });

  test('is told in its own words what is wrong', async () => {
    const up = await stage.upstream(answer(200, {}));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const image = { content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }] } };
    for (const body of [{ content: {} }, image]) {
      const response = await gate.post(body, { path: '/v1beta/models/m:embedContent' });
      expect([response.status, await response.json()]).toMatchObject([400, { error: { status: 'INVALID_ARGUMENT' } }]);
    }
    expect(up.received).toEqual([]);
  });
});

describe('OpenAI', () => {
  /** 0.5 and -2 as 32-bit floats, as the SDK wants them. */
  const base64 = 'AAAAPwAAAMA=';

  test('gets base64 from those who have none', async () => {
    const up = await stage.upstream(answer(200, { embeddings: [{ values: [0.5, -2] }] }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini' }]);
    const body = { model: 'm', input: 'one', encoding_format: 'base64' };
    const response = await gate.post(body, { path: '/v1/embeddings' });
    expect(await response.json()).toMatchObject({ data: [{ embedding: base64 }] });
  });

  test('gets base64 from servers of its own protocol that do not know the word', async () => {
    const list = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5, -2] }], model: 'x' };
    const up = await stage.upstream(answer(200, list));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const asking = (encoding: string) =>
      gate.post({ model: 'm', input: 'one', encoding_format: encoding }, { path: '/v1/embeddings' });
    expect(await (await asking('base64')).json()).toMatchObject({ data: [{ index: 0, embedding: base64 }] });
    expect(await (await asking('float')).text()).toBe(JSON.stringify(list));
  });

  test('names models in the path, as it once did', async () => {
    const up = await stage.upstream(answer(200, said['openai']?.body));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models: { 'a/b': 'c' } }]);
    expect((await gate.post({ input: 'one' }, { path: '/v1/engines/a/b/embeddings' })).status).toBe(200);
    expect(up.received[0]).toMatchObject({ path: '/v1/embeddings', json: { input: 'one', model: 'c' } });
  });

  test('cannot have tokens embedded by another vendor', async () => {
    const up = await stage.upstream(answer(200, said['cohere']?.body));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'cohere' }]);
    const response = await gate.post({ model: 'm', input: [[1, 2]] }, { path: '/v1/embeddings' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'input' } }]);
    expect(up.received).toEqual([]);
  });

  test('is told of what another vendor does not take', async () => {
    const up = await stage.upstream(answer(200, said['gemini']?.body));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini' }]);
    const body = { model: 'm', input: texts, task: 'retrieval.query' };
    const response = await gate.post(body, { path: '/v1/embeddings' });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('task;dropped');
    const strict = await gate.post(body, { path: '/v1/embeddings', headers: { 'x-tollgate-strict': 'true' } });
    expect(strict.status).toBe(400);
  });

  test('gets vectors of Titan one at a time, and of Cohere on Bedrock', async () => {
    const up = await stage.upstream(answer(200, { embedding: [0.5, -2], inputTextTokenCount: 3 }));
    const models = { titan: 'amazon.titan-embed-text-v2:0', cohere: 'cohere.embed-v4:0' };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'bedrock', models }]);
    const ask = (model: string, input: JsonObject['input']) =>
      gate.post({ model, input, dimensions: 2 }, { path: '/v1/embeddings' });
    expect(await (await ask('titan', 'one')).json()).toMatchObject({
      data: [{ embedding: [0.5, -2] }],
      usage: { prompt_tokens: 3 },
    });
    expect(up.received[0]).toMatchObject({
      path: '/v1/model/amazon.titan-embed-text-v2%3A0/invoke',
      json: { inputText: 'one', dimensions: 2, normalize: true },
    });
    expect((await ask('titan', texts)).status).toBe(400);
    up.behave(answer(200, { id: 'e', embeddings: { float: vectors }, texts }));
    expect(await (await ask('cohere', texts)).json()).toMatchObject({ data: [{}, { embedding: [0.25, 8] }] });
    expect(up.received[1]?.json).toEqual({
      texts,
      input_type: 'search_document',
      embedding_types: ['float'],
      output_dimension: 2,
    });
    expect(gate.records.map(({ usageSource }) => usageSource)).toEqual(['provider', 'none', 'estimated']);
  });
});
