import { afterEach, expect, test } from 'bun:test';
import { modelFacts } from '../../data/models.ts';
import { multiplierOne, type Price } from '../../domain/price.ts';
import { serveModel } from '../../domain/served-model.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { channelOf, openTestGateway, snapshotOf, testPrice, type TestGateway } from '../../relay/testing/gateway.ts';

let gate: TestGateway | undefined;
afterEach(async () => {
  await gate?.close();
  gate = undefined;
});

const price: Price = {
  ...testPrice,
  // 2.5, 0.25 and 15 US dollars a million, and a cent a search.
  rates: { inputText: 2_500_000_000n, cacheRead: 250_000_000n, outputText: 15_000_000_000n, searches: 10n ** 13n },
};

/** A gateway whose channels serve `m` as these models of the catalogue, at this multiplier (1 is a million). */
async function gateway(upstreams: readonly string[], multiplier = multiplierOne): Promise<TestGateway> {
  const channels = upstreams.map((upstream, i) => ({
    ...channelOf({ id: `c${i}`, baseUrl: 'http://127.0.0.1:1', models: { m: upstream } }),
    models: new Map([
      ['m', serveModel({ name: 'm', upstream, baseModel: undefined, operations: undefined }, {}, modelFacts)],
    ]),
  }));
  const snapshot = snapshotOf(channels);
  const groups = new Map([...snapshot.groups].map(([name, group]) => [name, { ...group, multiplier }]));
  const models: Snapshot['models'] = new Map([
    ['m', { name: 'm', price, maxOutputTokens: null, operations: undefined, ownedBy: 'us', createdAt: 1e12 }],
  ]);
  gate = await openTestGateway({ ...snapshot, groups, models });
  return gate;
}

const read = async (path: string): Promise<unknown> => await (await gate?.get(path))?.json();

test('OpenAI’s list tells limits, modalities, abilities, and what the key’s owner pays', async () => {
  await gateway(['gpt-5'], (multiplierOne * 3n) / 2n);
  expect(await read('/v1/models/m')).toEqual({
    id: 'm',
    object: 'model',
    created: 1e9,
    owned_by: 'us',
    shutdown_date: '2026-12-11',
    name: 'GPT-5',
    context_length: 400_000,
    top_provider: { context_length: 400_000, max_completion_tokens: 128_000 },
    architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
    supported_parameters: [
      'max_tokens',
      'tools',
      'tool_choice',
      'response_format',
      'structured_outputs',
      'reasoning',
      'include_reasoning',
    ],
    pricing: {
      prompt: '0.00000375',
      completion: '0.0000225',
      input_cache_read: '0.000000375',
      input_cache_write: '0.0000046875',
      audio: '0.00000375',
      image_token: '0.00000375',
      image_output: '0.0000225',
      web_search: '0.015',
      request: '0',
    },
  });
});

test('Anthropic’s and Gemini’s lists tell the limits where those protocols have them', async () => {
  await gateway(['claude-sonnet-4-5']);
  expect(await read('/v1beta/models/m')).toMatchObject({
    displayName: 'Claude Sonnet 4.5 (latest)',
    outputTokenLimit: 64_000,
    thinking: true,
  });
  const asked = await fetch(gate?.url('/v1/models/m') ?? '', {
    headers: { authorization: 'Bearer sk-test', 'anthropic-version': '2023-06-01' },
  });
  expect(await asked.json()).toMatchObject({
    type: 'model',
    display_name: 'Claude Sonnet 4.5 (latest)',
    lifecycle: 'active',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
  });
});

test('what is told holds on each of the channels', async () => {
  await gateway(['gpt-5', 'gpt-4-turbo']);
  expect(await read('/v1/models/m')).toMatchObject({
    context_length: 128_000,
    architecture: { input_modalities: ['text', 'image'] },
    supported_parameters: ['max_tokens', 'tools', 'tool_choice'],
  });
  // Two that people call otherwise have no name in common.
  expect(await read('/v1/models/m')).not.toHaveProperty('name');
});

test('of a model that is in no catalogue nothing is told but its price', async () => {
  await gateway(['prod']);
  const model = await read('/v1/models/m');
  expect(Object.keys(model ?? {})).toEqual(['id', 'object', 'created', 'owned_by', 'pricing']);
});

test('where a model is in its life is told by what its maker said, and what it takes by its name', async () => {
  await gateway(['claude-opus-4-0']);
  const asked = await fetch(gate?.url('/v1/models/m') ?? '', {
    headers: { authorization: 'Bearer sk-test', 'anthropic-version': '2023-06-01' },
  });
  expect(['deprecated', 'retired']).toContain(((await asked.json()) as { lifecycle: string }).lifecycle);
  await gate?.close();
  await gateway(['gpt-4.1']);
  expect(await read('/v1/models/m')).toMatchObject({
    shutdown_date: '2027-01-14',
    supported_parameters: expect.arrayContaining(['max_tokens', 'temperature', 'top_p']) as unknown,
  });
});
