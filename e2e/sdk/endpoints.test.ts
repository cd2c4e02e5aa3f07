import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { balanced, verify } from '../account.ts';
import { until } from '../until.ts';
import { anthropicMessages } from './clients/anthropic.ts';
import { googleGenai } from './clients/google.ts';
import { openaiChat, openaiResponses } from './clients/openai.ts';
import { amounts, modelNames, rowNames, setStage, type Stage } from './stage.ts';
import { lines, prompts } from './upstreams/play.ts';

setDefaultTimeout(60_000);

/** Beside the matrix: framing, how models are listed, and what happens to who leaves. */

let stage: Stage;

beforeAll(async () => {
  stage = await setStage(0);
});

afterAll(() => stage?.end());

const plain = {
  onGemini: modelNames.plain('gemini', 'gemini'),
  onChat: modelNames.plain('gemini', 'openai-chat'),
} as const;

test.each([plain.onGemini, plain.onChat])('a Gemini stream without alt=sse is one JSON array (%s)', async (model) => {
  const response = await fetch(
    `${stage.gateway.url}/v1beta/models/${model}:streamGenerateContent?key=${stage.keys.rich}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: prompts.hello }] }] }),
    },
  );
  expect(response.headers.get('content-type')).toBe('application/json');
  type Chunk = { candidates?: { content?: { parts?: { text?: string }[] } }[] };
  const chunks = (await response.json()) as Chunk[];
  const text = chunks.map((chunk) => chunk.candidates?.[0]?.content?.parts?.map((part) => part.text).join('') ?? '');
  expect(text.join('')).toBe(lines.hello);
  expect(stage.gateway.output()).not.toContain(stage.keys.rich);
});

test('models are listed in every protocol’s shape', async () => {
  const get = async (path: string, headers: Record<string, string>): Promise<unknown> =>
    await (await fetch(`${stage.gateway.url}${path}`, { headers })).json();
  const { rich } = stage.keys;
  const ids = ['anthropic-messages', 'gemini', 'gemini-interactions', 'openai-chat', 'openai-responses'] as const;
  const names = rowNames
    .flatMap((row) => ids.flatMap((id) => [modelNames.plain(id, row), modelNames.thinking(id, row)]))
    .filter((name, i, all) => all.indexOf(name) === i)
    .toSorted();
  expect(await get('/v1/models', { authorization: `Bearer ${rich}` })).toMatchObject({
    object: 'list',
    data: names.map((id) => ({ id })),
  });
  expect(await get('/v1/models', { 'x-api-key': rich, 'anthropic-version': '2023-06-01' })).toMatchObject({
    has_more: false,
    first_id: names[0],
  });
  expect(await get('/v1beta/models', { 'x-goog-api-key': rich })).toMatchObject({
    models: names.map((name) => ({ name: `models/${name}` })),
  });
});

/** By default an upstream is read to its end when the client leaves, so that its real usage is charged. */
describe.each([openaiChat, openaiResponses, anthropicMessages, googleGenai])('a client that leaves', (make) => {
  const { name, protocol } = make('http://gateway', 'sk-none');
  test.each(rowNames)(`${name} on %s`, async (row) => {
    const { upstreams, books, gateway, keys } = stage;
    const before = new Set((await books.charges()).map((charge) => charge.requestId));
    const controller = new AbortController();
    const { signal } = controller;
    const settings = { model: modelNames.plain(protocol, row), stream: true, signal, onText: () => controller.abort() };
    const complete = await make(gateway.url, keys.rich)
      .begin(settings)
      .say(prompts.late)
      .then(
        (answer) => answer.complete,
        () => false,
      );
    expect(complete).toBe(false);
    const charge = await until('the charge', async () =>
      (await books.charges()).find((one) => !before.has(one.requestId)),
    );
    expect([charge.source, charge.amount]).toEqual(['provider', amounts.usage]);
    expect(upstreams.seen.at(-1)?.hungUp).toBe(false);
  });
});

test('the books agree', async () => {
  expect(await verify(stage.gateway)).toEqual(balanced);
});
