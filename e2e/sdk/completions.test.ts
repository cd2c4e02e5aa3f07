import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';

setDefaultTimeout(30_000);

const watched = watchEndpoints();

/** What of the official SDK the mock of the other tests does not speak: legacy completions, and embeddings. */

const usage = { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 };
const base = { id: 'cmpl-1', object: 'text_completion', created: 1_700_000_000, model: 'instruct' };
const vectors = {
  object: 'list',
  model: 'instruct',
  // The SDK asks for base64, and reads it: 0.5 and -2 as 32-bit floats.
  data: [{ object: 'embedding', index: 0, embedding: 'AAAAPwAAAMA=' }],
  usage: { prompt_tokens: 5, total_tokens: 5 },
};
const asked: unknown[] = [];

let upstream: ReturnType<typeof serveCompletions>;
let gateway: Gateway;
let books: Books;
let client: OpenAI;

function serveCompletions() {
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname !== '/v1/completions' && pathname !== '/v1/embeddings') return new Response('', { status: 404 });
      const body = (await request.json()) as { stream?: boolean };
      asked.push(body);
      if (pathname === '/v1/embeddings') return Response.json(vectors);
      const choice = (text: string, finish: string | null) => ({
        index: 0,
        text,
        logprobs: null,
        finish_reason: finish,
      });
      if (body.stream !== true) return Response.json({ ...base, choices: [choice(' upon a time', 'stop')], usage });
      const events = [
        ...[' upon', ' a', ' time'].map((text) => ({ ...base, choices: [choice(text, null)] })),
        { ...base, choices: [choice('', 'stop')] },
        { ...base, choices: [], usage },
      ];
      const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
      return new Response(`${text}data: [DONE]\n\n`, { headers: { 'content-type': 'text/event-stream' } });
    },
  });
}

beforeAll(async () => {
  upstream = serveCompletions();
  gateway = await startGateway({
    config: `
channels:
  - { name: main, provider: openai, baseUrl: "http://127.0.0.1:${upstream.port}/v1", credentials: [{ apiKey: sk-upstream }], models: [{ name: old, upstream: instruct }] }
models:
  - { name: old, price: { input: 1, output: 2 } }
`,
    commands: setUpRoot,
  });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('1');
  client = new OpenAI({ apiKey: (await admin.createKey('old')).key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream?.stop(true);
});

const amountOf = (requestId: string | null): Promise<bigint> =>
  until('the charge', async () => (await books.charges()).find((charge) => charge.requestId === requestId)?.amount);

test('whole', async () => {
  const { data, request_id } = await client.completions
    .create({ model: 'old', prompt: 'Once', suffix: '!' })
    .withResponse();
  expect(data.choices[0]?.text).toBe(' upon a time');
  expect(data.usage).toEqual(usage);
  expect(asked.at(-1)).toEqual({ model: 'instruct', prompt: 'Once', suffix: '!' });
  expect(await amountOf(request_id)).toBe(16_000n);
});

test('streamed', async () => {
  const { data: stream, request_id } = await client.completions
    .create({ model: 'old', prompt: 'Once', stream: true })
    .withResponse();
  let text = '';
  for await (const chunk of stream) {
    expect(chunk.usage ?? null).toBeNull();
    text += chunk.choices[0]?.text ?? '';
  }
  expect(text).toBe(' upon a time');
  expect(await amountOf(request_id)).toBe(16_000n);
});

test('embeddings', async () => {
  const { data, request_id } = await client.embeddings.create({ model: 'old', input: ['a', 'b'] }).withResponse();
  expect(data.data[0]?.embedding).toEqual([0.5, -2]);
  expect(asked.at(-1)).toEqual({ model: 'instruct', input: ['a', 'b'], encoding_format: 'base64' });
  expect(await amountOf(request_id)).toBe(5000n);
});

test('the books agree', async () => {
  expect(await verify(gateway)).toEqual(balanced);
});

test('the endpoints of its rows were asked', () => holdToRows('completions.test.ts', watched));
