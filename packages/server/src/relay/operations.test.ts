import type { JsonObject } from '@tollgate/wire/protocol';
import { afterEach, describe, expect, test } from 'bun:test';
import type { Model, Snapshot } from '../domain/snapshot.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  testPrice,
  type ChannelSpec,
  type TestGateway,
} from './testing/gateway.ts';
import { openScriptedUpstream, type ScriptedUpstream } from './testing/scripted-upstream.ts';

// A model says what can be asked of it; anything else is refused before an upstream is asked.

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function kept<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
  const one = await opening;
  open.push(one);
  return one;
}

type Served = NonNullable<ChannelSpec['models']>;

async function gateway(
  channels: readonly Served[],
  catalogue: Readonly<Record<string, Model['operations']>> = {},
): Promise<{ readonly gate: TestGateway; readonly up: ScriptedUpstream }> {
  const up = await kept(openScriptedUpstream());
  const specs = channels.map((models, i): ChannelSpec => ({ id: `c${i}`, baseUrl: up.baseUrl, models }));
  const snapshot = snapshotOf(specs.map(channelOf));
  const known = Object.entries(catalogue).map(([name, operations]): [string, Model] => [
    name,
    { name, price: testPrice, maxOutputTokens: null, operations, ownedBy: 'test', createdAt: 0 },
  ]);
  const models: Snapshot['models'] = new Map([...snapshot.models, ...known]);
  return { gate: await kept(openTestGateway({ ...snapshot, models })), up };
}

const messages = [{ role: 'user', content: 'Hello' }];
const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];

/** Every way in, and where its protocol tells what was wrong. */
const ways: readonly (readonly [path: string, body: JsonObject, told: (message: string) => object])[] = [
  [
    '/v1/chat/completions',
    { model: 'm', messages },
    (message) => ({ error: { code: 'operation_not_supported', message, param: 'model' } }),
  ],
  [
    '/v1/responses',
    { model: 'm', input: 'Hello' },
    (message) => ({ error: { code: 'operation_not_supported', message } }),
  ],
  [
    '/v1/messages',
    { model: 'm', messages, max_tokens: 5 },
    (message) => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
  ],
  [
    '/v1beta/models/m:generateContent',
    { contents },
    (message) => ({ error: { code: 400, status: 'INVALID_ARGUMENT', message } }),
  ],
  ['/v1beta/models/m:streamGenerateContent?alt=sse', { contents }, (message) => ({ error: { code: 400, message } })],
  ['/v1/messages/count_tokens', { model: 'm', messages }, (message) => ({ type: 'error', error: { message } })],
];

describe('a model that is not made for what is asked', () => {
  test.each(ways)('is refused at %s', async (path, body, told) => {
    const { gate, up } = await gateway([{ m: { upstream: 'x', operations: ['completions'] } }]);
    const response = await gate.post(body, { path });
    expect(response.status).toBe(400);
    const operation = path.includes('count_tokens') ? 'count-tokens' : 'chat';
    expect(await response.json()).toMatchObject(
      told(expect.stringContaining(`"m" does not serve ${operation}. It serves: completions.`) as never),
    );
    expect(up.received).toEqual([]);
  });

  test('is asked for what it is made for', async () => {
    const { gate, up } = await gateway([{ m: { upstream: 'x', operations: ['completions'] } }]);
    await gate.post({ model: 'm', prompt: 'Hello' }, { path: '/v1/completions' });
    expect(up.received.map(({ path }) => path)).toEqual(['/v1/completions']);
  });

  test('is told apart from one that serves nothing here', async () => {
    const { gate } = await gateway([{ m: 'x' }], { m: [] });
    expect(await (await gate.post({ model: 'm', messages })).text()).toContain('serves nothing that can be asked here');
  });

  test('is asked of the channels where it is', async () => {
    const { gate, up } = await gateway([
      { m: { upstream: 'first', operations: [] } },
      { m: { upstream: 'second', operations: ['chat'] } },
    ]);
    expect((await gate.post({ model: 'm', messages })).status).toBe(200);
    expect(up.received.map(({ json }) => (json as JsonObject)['model'])).toEqual(['second']);
  });
});

test('a model that chats gives no embeddings, and one that gives them does not chat', async () => {
  const { gate, up } = await gateway([
    { m: { upstream: 'x', operations: ['chat'] }, e: { upstream: 'y', operations: ['embeddings'] } },
  ]);
  const refused = await gate.post({ model: 'm', input: 'Hello' }, { path: '/v1/embeddings' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('It serves: chat.');
  expect((await gate.post({ model: 'e', messages })).status).toBe(400);
  expect(up.received).toEqual([]);
});

test.each<[string, Served, Readonly<Record<string, Model['operations']>>, number]>([
  ['unknown models serve everything', { m: 'x' }, {}, 200],
  ['the catalogue says so of the public name', { m: 'x' }, { m: ['completions'] }, 400],
  ['or of the upstream’s', { m: 'x' }, { m: undefined, x: ['completions'] }, 400],
  ['or of the base model’s', { m: { upstream: 'x', baseModel: 'b' } }, { b: ['completions'] }, 400],
  ['a public name goes before an upstream’s', { m: 'x' }, { m: ['chat'], x: [] }, 200],
  ['a channel goes before the catalogue', { m: { upstream: 'x', operations: ['chat'] } }, { m: [] }, 200],
])('%s', async (_, models, catalogue, status) => {
  const { gate } = await gateway([models], catalogue);
  expect((await gate.post({ model: 'm', messages })).status).toBe(status);
});

test('Gemini’s list tells by which methods a model is asked', async () => {
  const { gate } = await gateway([
    {
      all: 'x',
      chats: { upstream: 'x', operations: ['chat'] },
      completes: { upstream: 'x', operations: ['completions'] },
      embeds: { upstream: 'x', operations: ['embeddings'] },
      paints: { upstream: 'x', operations: ['images'] },
    },
  ]);
  const { models } = (await (await gate.get('/v1beta/models')).json()) as {
    readonly models: readonly { readonly name: string; readonly supportedGenerationMethods: readonly string[] }[];
  };
  const chat = ['generateContent', 'streamGenerateContent', 'countTokens'];
  expect(models.map((model) => [model.name, model.supportedGenerationMethods])).toEqual([
    ['models/all', [...chat, 'embedContent', 'batchEmbedContents', 'predict']],
    ['models/chats', chat],
    ['models/completes', []],
    ['models/embeds', ['countTokens', 'embedContent', 'batchEmbedContents']],
    ['models/paints', ['predict']],
  ]);
  const inOpenAIsWords = (await (await gate.get('/v1beta/openai/models')).json()) as {
    readonly data: readonly { id: string }[];
  };
  expect(inOpenAIsWords.data.map(({ id }) => id)).toEqual(['all', 'chats', 'completes', 'embeds', 'paints']);
});
