import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test, setDefaultTimeout } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { chatClient, geminiClient, messagesClient, responsesClient, type SdkClient } from './clients.ts';

setDefaultTimeout(60_000);

/**
 * Every official client against every upstream protocol: what it asks arrives, what is answered comes back, and all of
 * it is charged. aimock plays all the providers.
 */
const upstreams = { openai: 'openai-chat', anthropic: 'anthropic-messages', gemini: 'gemini' } as const;
type Upstream = keyof typeof upstreams;

const config = (url: string): string => `
channels:
  - { name: openai, provider: openai, baseUrl: "${url}/v1", credentials: [{ apiKey: sk-up }], models: [{ name: on-openai, upstream: gpt-4o-mini }] }
  - { name: anthropic, provider: anthropic, baseUrl: "${url}", credentials: [{ apiKey: sk-up }], models: [{ name: on-anthropic, upstream: claude-sonnet-4-5 }] }
  - { name: gemini, provider: gemini, baseUrl: "${url}", credentials: [{ apiKey: sk-up }], models: [{ name: on-gemini, upstream: gemini-2.5-flash }] }
models:
${Object.keys(upstreams)
  .map((name) => `  - { name: on-${name}, price: { input: 1, output: 2 } }`)
  .join('\n')}
settings:
  health: { failureThreshold: 1000 }
`;

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let mock: LLMock;
let gateway: Gateway;
let books: Books;
let clients: readonly SdkClient[];
let apiKey = '';
let calls = 0;
const cells = new Map<string, string>();

beforeAll(async () => {
  mock = new LLMock({ port: 0 });
  await mock.start();
  // Of these, aimock says what the protocol of the endpoint has.
  const usage = { prompt_tokens: 10, completion_tokens: 5, input_tokens: 10, output_tokens: 5 };
  mock.onMessage('say hello', { content: 'Hello, wörld.', usage });
  mock.onMessage('two cities', {
    toolCalls: [
      { name: 'weather', arguments: '{"city":"Paris"}' },
      { name: 'weather', arguments: '{"city":"東京"}' },
    ],
    usage,
  });
  mock.onMessage('what is it like', { content: 'It is sunny.', usage });
  mock.onMessage('see this', { content: 'A pixel.', usage });
  mock.onMessage('break', { error: { message: 'no', type: 'invalid_request_error' }, status: 400 });
  gateway = await startGateway({ config: config(mock.url), commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  apiKey = (await admin.createKey('matrix')).key;
  clients = [chatClient, responsesClient, messagesClient, geminiClient].map((make) => make(gateway.url, apiKey));
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await mock?.stop();
});

const clientFor = (protocol: SdkClient['protocol']): SdkClient => {
  const found = clients.find((client) => client.protocol === protocol);
  if (!found) throw new Error(`no client for ${protocol}`);
  return found;
};

const bodySent = (): string => JSON.stringify(mock.getLastRequest()?.body ?? {});

const what: Readonly<Record<string, (client: SdkClient, model: string) => Promise<void>>> = {
  async text(client, model) {
    expect(await client.text(model, 'say hello')).toBe('Hello, wörld.');
  },
  async stream(client, model) {
    expect(await client.stream(model, 'say hello')).toBe('Hello, wörld.');
  },
  async tools(client, model) {
    const cities = [
      { name: 'weather', args: { city: 'Paris' } },
      { name: 'weather', args: { city: '東京' } },
    ];
    expect(await client.tools(model, 'two cities')).toEqual(cities);
    expect(await client.streamedTools(model, 'two cities')).toEqual(cities);
    calls++;
  },
  async 'tool result'(client, model) {
    const call = { id: 'call_abc123', name: 'weather', args: { city: 'Paris' } };
    expect(await client.toolResult(model, 'what is it like', call, 'sunny, 21 °C')).toBe('It is sunny.');
    for (const piece of ['call_abc123', 'sunny, 21 °C', 'Paris']) expect(bodySent()).toContain(piece);
  },
  async image(client, model) {
    expect(await client.image(model, 'see this', png)).toBe('A pixel.');
    // aimock's journal keeps images of Chat's only; what is sent elsewhere is pinned by the goldens in `wire`.
    if (model === 'on-openai' && client.protocol !== 'openai-responses') expect(bodySent()).toContain(png.slice(0, 60));
  },
  async error(client, model) {
    calls--;
    expect(await client.errorStatus(model, 'break')).toBe(400);
  },
};

describe.each(['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const)(
  'a client of %s',
  (protocol) => {
    for (const upstream of Object.keys(upstreams) as Upstream[]) {
      for (const [name, check] of Object.entries(what)) {
        test(`on ${upstream}: ${name}`, async () => {
          const cell = `${protocol} > ${upstreams[upstream]}`;
          cells.set(`${cell}|${name}`, 'FAILED');
          calls++;
          await check(clientFor(protocol), `on-${upstream}`);
          cells.set(`${cell}|${name}`, 'ok');
        });
      }
    }
  },
);

test.each(['on-gemini', 'on-openai'])('a Gemini stream without alt=sse is one JSON array (%s)', async (model) => {
  calls++;
  const response = await fetch(`${gateway.url}/v1beta/models/${model}:streamGenerateContent?key=${apiKey}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'say hello' }] }] }),
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  type Chunk = { candidates?: { content?: { parts?: { text?: string }[] } }[] };
  const chunks = (await response.json()) as Chunk[];
  const text = chunks.map((chunk) => chunk.candidates?.[0]?.content?.parts?.map((part) => part.text).join('') ?? '');
  expect(text.join('')).toBe('Hello, wörld.');
  expect(gateway.output()).not.toContain(apiKey);
});

test('models are listed in every protocol’s shape', async () => {
  const get = async (path: string, headers: Record<string, string>): Promise<unknown> =>
    await (await fetch(`${gateway.url}${path}`, { headers })).json();
  expect(await get('/v1/models', { authorization: `Bearer ${apiKey}` })).toMatchObject({
    object: 'list',
    data: [{ id: 'on-anthropic' }, { id: 'on-gemini' }, { id: 'on-openai' }],
  });
  expect(await get('/v1/models', { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' })).toMatchObject({
    has_more: false,
    first_id: 'on-anthropic',
  });
  expect(await get('/v1beta/models', { 'x-goog-api-key': apiKey })).toMatchObject({
    models: [{ name: 'models/on-anthropic' }, {}, {}],
  });
});

test('every call is charged exactly once, and the books agree', async () => {
  await until('all charges', async () => ((await books.charges()).length >= calls ? true : undefined));
  const charges = await books.charges();
  expect(charges.length).toBe(calls);
  expect(new Set(charges.map((charge) => charge.requestId)).size).toBe(calls);
  // 10 tokens at 1 USD a million and 5 at 2.
  expect(new Set(charges.map((charge) => `${charge.source} ${charge.amount}`))).toEqual(new Set(['provider 20000']));
  expect(await verify(gateway)).toEqual(balanced);
});

test('the matrix has no empty cell', () => {
  const rows = [...new Set([...cells.keys()].map((cell) => cell.split('|')[0] ?? ''))];
  const columns = Object.keys(what);
  const table = [
    ['', ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => cells.get(`${row}|${column}`) ?? '')]),
  ];
  console.log(table.map((line) => line.map((cell, index) => cell.padEnd(index === 0 ? 42 : 13)).join('')).join('\n'));
  expect([...cells.values()].every((cell) => cell === 'ok')).toBe(true);
  expect(cells.size).toBe(rows.length * columns.length);
});
