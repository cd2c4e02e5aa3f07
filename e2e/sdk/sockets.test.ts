import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI from 'openai';
import type { ResponsesServerEvent } from 'openai/resources/responses/responses';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/** Official SDKs over WebSockets, scripted upstreams behind, the real gateway process between. */

let upstream: LLMock;
let gateway: Gateway;
let books: Books;
let openai: OpenAI;

const config = (): string => `
channels:
  - { name: openai, provider: openai, baseUrl: "${upstream.url}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-5-codex] }
models:
  - { name: gpt-5-codex, price: { input: 1, output: 2 } }
`;

beforeAll(async () => {
  upstream = new LLMock({ port: 0 });
  await upstream.start();
  upstream.on(
    { userMessage: 'Hi' },
    { content: 'Hello there', usage: { input_tokens: 20, output_tokens: 4, total_tokens: 24 } },
  );
  upstream.on(
    { userMessage: 'And then?' },
    { content: 'Nothing more', usage: { input_tokens: 31, output_tokens: 3, total_tokens: 34 } },
  );
  gateway = await startGateway({ config: config(), commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  const { key } = await admin.createKey('sockets');
  openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream?.stop();
});

/** Every charge that the tests must have made, once all of them are posted. */
async function charged(count: number): Promise<readonly bigint[]> {
  await until('all is posted', async () => (await books.charges()).length >= count);
  expect(await verify(gateway)).toEqual(balanced);
  return (await books.charges()).map(({ amount }) => amount);
}

test('openai: Responses over a WebSocket, with a warm-up and a conversation that only the connection knows', async () => {
  const socket = new ResponsesWS(openai);
  const events: ResponsesServerEvent[] = [];
  const texts = new Map<string, string>();
  /** The id of the response, once it is whole. */
  const whole = (): Promise<string> =>
    new Promise((resolve, reject) => {
      socket.on('event', (event) => {
        events.push(event);
        if (event.type === 'error') return reject(new Error(JSON.stringify(event)));
        if (event.type !== 'response.completed') return;
        const { id, output } = event.response;
        const [item] = output;
        texts.set(id, item?.type === 'message' && item.content[0]?.type === 'output_text' ? item.content[0].text : '');
        resolve(id);
      });
    });

  socket.send({ type: 'response.create', model: 'gpt-5-codex', input: 'Hi', generate: false, store: false });
  const warm = await whole();
  socket.send({ type: 'response.create', model: 'gpt-5-codex', input: [], store: false, previous_response_id: warm });
  const first = await whole();
  socket.send({
    type: 'response.create',
    model: 'gpt-5-codex',
    input: 'And then?',
    store: false,
    previous_response_id: first,
  });
  const second = await whole();
  expect(new Set([warm, first, second]).size).toBe(3);
  expect([texts.get(first), texts.get(second)]).toEqual(['Hello there', 'Nothing more']);
  expect(events.some(({ type }) => type === 'response.output_text.delta')).toBe(true);
  socket.close();

  expect(upstream.getRequests().length).toBe(2);
  expect(await charged(2)).toEqual([20_000n + 8000n, 31_000n + 6000n]);
});

test('openai: what is refused over a WebSocket is an event', async () => {
  const socket = new ResponsesWS(openai);
  const error = new Promise((resolve) => void socket.on('error', resolve));
  socket.send({ type: 'response.create', model: 'no-such-model', input: 'Hi' });
  expect(String(await error)).toContain('no-such-model');
  socket.close();
});
