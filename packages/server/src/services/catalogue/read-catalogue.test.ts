import { expect, test } from 'bun:test';
import { readCatalogue } from './read-catalogue.ts';

const read = (text: unknown) =>
  readCatalogue(typeof text === 'string' ? text : JSON.stringify(text), 'somebody', '2026-11-29');

test('models.dev’s API is read, long inputs and makers before hosts included', () => {
  const cost = { input: 2, output: 8, cache_read: 0.2, context_over_200k: { input: 4, output: 16 } };
  const of = (id: string, more: object) => ({
    id,
    name: id,
    release_date: '2026-05',
    limit: { context: 1e6, output: 64_000 },
    ...more,
  });
  expect(
    read({
      groq: {
        id: 'groq',
        models: { a: of('a', { cost: { input: 9, output: 9 } }), b: of('b', { cost: { input: 1 } }) },
      },
      openai: { id: 'openai', models: { a: of('a', { cost }) } },
      nobody: { id: 'nobody', models: { free: of('free', { cost: { input: 0, output: 0 } }) } },
    }),
  ).toEqual({
    source: 'somebody',
    asOf: '2026-11-29',
    models: {
      a: {
        by: 'openai',
        at: '2026-05-01',
        max: 64_000,
        price: { input: '2', cacheRead: '0.2', output: '8', tiers: [{ above: 200_000, input: '4', output: '16' }] },
      },
      b: { by: 'groq', at: '2026-05-01', max: 64_000, price: { input: '1' } },
      // A trial or a subscription is no price.
      free: { by: 'nobody', at: '2026-05-01', max: 64_000 },
    },
    skipped: 0,
  });
});

test('a list of models with prices a token is read exactly; what is priced as it happens is not', () => {
  const catalogue = read({
    data: [
      {
        id: 'acme/x',
        created: 1_780_000_000,
        top_provider: { max_completion_tokens: 1000 },
        pricing: { prompt: '0.00000015', completion: '6e-7', input_cache_read: '0.000000075', request: '0' },
      },
      {
        id: 'acme/seeks',
        created: 1_780_000_000,
        pricing: {
          prompt: '0.000001',
          completion: '0.000001',
          audio: '0.000002',
          request: '0.005',
          web_search: '0.01',
        },
      },
      // Another gateway's, which charges for its searches as it likes, and says nothing of tiers.
      {
        id: 'gpt-5-mini',
        owned_by: 'openai',
        created: 1_780_000_000,
        pricing: { prompt: '0.0000005', completion: '0.000004', web_search: '0.02', request: '0' },
      },
      // Nobody says of which tokens.
      { id: 'acme/muses', pricing: { prompt: '0.000001', completion: '0.000008', internal_reasoning: '0.000003' } },
      { id: 'auto', pricing: { prompt: '-1', completion: '-1' } },
      { id: 'acme/by-expression', pricing: { prompt: '0.1', completion: '0.1', expression: 'p * 3' } },
    ],
  });
  expect(catalogue?.models['acme/by-expression']).toBeUndefined();
  expect(catalogue?.models['acme/x']).toEqual({
    by: 'acme',
    at: '2026-05-28',
    max: 1000,
    price: { input: '0.15', cacheRead: '0.075', output: '0.6' },
  });
  expect(catalogue?.models['acme/seeks']?.price).toEqual({
    input: '1',
    inputAudio: '2',
    output: '1',
    perSearch: '0.01',
    perCall: '0.005',
  });
  expect(catalogue?.models['gpt-5-mini']).toMatchObject({ price: { input: '0.5', output: '4', perSearch: '0.02' } });
  expect(catalogue?.models['gpt-5-mini']).not.toHaveProperty('from');
  expect(catalogue?.models['acme/muses']?.price).toBeUndefined();
  expect(catalogue?.skipped).toBe(2);
});

test('lines, and the shape of one’s own, are read as far as they can be', () => {
  const line = {
    provider: 'x',
    model: 'm',
    released: '2026-01-02',
    context: 10,
    maxOutput: 5,
    usdPerMillion: { input: 1 },
  };
  const lines = [line, { ...line, model: 7 }, { ...line, model: 'n', usdPerMillion: { input: -1 } }];
  expect(read(`${lines.map((one) => JSON.stringify(one)).join('\n')}\nnot json\n`)).toMatchObject({
    models: { m: { by: 'x', max: 5, price: { input: '1' } } },
    skipped: 3,
  });
  const own = { by: 'x', at: '2026-01-02', price: { input: '1.5' } };
  expect(
    read({ source: 'ours', asOf: '2026-10-01', models: { m: own, n: { ...own, price: { input: 'dear' } } } }),
  ).toEqual({ source: 'ours', asOf: '2026-10-01', models: { m: own }, skipped: 1 });
});

test('what a vendor charges beside a list is added to whatever list names its models', () => {
  const of = (provider: string, model: string, more: object) => ({
    [provider]: { models: { [model]: { id: model, ...more } } },
  });
  const catalogue = read({
    ...of('openai', 'gpt-5-mini', { cost: { input: 0.3, output: 2, cache_read: 0.03 } }),
    ...of('alibaba', 'qwen-plus', { cost: { input: 0.4, output: 1.2, reasoning: 4 } }),
    ...of('somebody', 'gpt-5-nano', { cost: { input: 0.3, output: 2 } }),
  });
  expect(
    catalogue?.models['gpt-5-mini']?.price?.rates?.map(({ when, input, perSearch }) => [when?.tier, input, perSearch]),
  ).toEqual([
    ...Array.from({ length: 5 }, () => [undefined, undefined, undefined]),
    ['priority', '0.54', undefined],
    ['flex', '0.15', undefined],
    ['batch', '0.15', undefined],
    [undefined, '0.3', '0.01'],
  ]);
  expect(catalogue?.models['qwen-plus']?.price).toEqual({
    rates: [
      { when: { reasoning: true }, output: '4' },
      { input: '0.4', output: '1.2' },
    ],
  });
  expect(catalogue?.models['gpt-5-nano']?.price).toEqual({ input: '0.3', output: '2' });
});

test.each(['', '[]', '"x"', 'null', '{}', '{"a":1}', 'not json', '{"source":1,"models":{}}'])(
  '%j is no catalogue',
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);

test('a name that every object has is a name like another', () => {
  const line = { provider: 'x', model: 'constructor', released: '2026-01-02', context: 1, maxOutput: 1 };
  expect(Object.keys(read(JSON.stringify(line))?.models ?? {})).toEqual(['constructor']);
});

test('where several list a model, its maker is believed, or who was asked for', () => {
  const of = (input: number) => ({ models: { a: { id: 'a', cost: { input, output: 1 } } } });
  const text = JSON.stringify({ groq: of(2), openai: of(1), azure: of(3) });
  const inputOf = (vendor?: string) => readCatalogue(text, 'somebody', '2026-11-29', vendor)?.models['a']?.price?.input;
  expect([inputOf(), inputOf('azure'), inputOf('nobody')]).toEqual(['1', '3', '1']);
});
