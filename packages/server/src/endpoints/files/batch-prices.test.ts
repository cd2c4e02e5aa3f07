import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import type { Price } from '../../domain/price.ts';
import { channelOf, openTestGateway, snapshotOf, testPrice, type TestGateway } from '../../relay/testing/gateway.ts';
import { readProgram } from '../../services/price-expressions/read-program.ts';
import { setStage } from '../testing/stage.ts';

/** The requests of a batch are charged together, and each as if it had come alone. */

const stage = setStage();

/** Twice as much above 100 tokens of input, and 5 nano-dollars a request. */
const byLength: Price = {
  ...testPrice,
  perCall: 5n,
  conditional: [
    { when: { inputAbove: 100 }, rates: { inputText: 2_000_000_000n, outputText: 4_000_000_000n }, perCall: undefined },
  ],
};

const byRequest = (path: string): Price => {
  const expression = `param("${path}") == "high" || header("x-fast") == "1" ? p * 2 + c * 4 : p * 1 + c * 2`;
  return { ...testPrice, rates: {}, expression, program: readProgram(expression) };
};

type Answer = Readonly<Record<string, unknown>>;

async function house(
  provider: 'openai' | 'gemini',
  price: Price,
  answer: (path: string, text: string) => Answer | string,
) {
  const up = await stage.upstream((response, { path, text }) => {
    const body = answer(path, text);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const baseUrl = provider === 'gemini' ? up.baseUrl.replace(/\/v1$/, '') : up.baseUrl;
  const snapshot = snapshotOf([channelOf({ id: 'c', provider, baseUrl })], defaultSettings);
  const models = new Map([...snapshot.models].map(([name, model]) => [name, { ...model, price }]));
  const gate = await openTestGateway({ ...snapshot, models }, { objects: { firstPollMs: 5, lastPollMs: 10 } });
  stage.close(gate);
  return gate;
}

async function chargeOf(gate: TestGateway): Promise<unknown> {
  while (!gate.records.some(({ charge }) => charge !== undefined)) await Bun.sleep(5);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  return gate.records.find(({ charge }) => charge !== undefined)?.charge?.amount;
}

async function ok(response: Response): Promise<void> {
  expect([response.status, response.ok ? '' : await response.text()]).toEqual([200, '']);
}

/** A file of requests and its batch, done by the time it is asked after. */
function openaiAccount(results: readonly object[]) {
  const state = { file: '' };
  return (path: string, text: string): Answer | string => {
    if (path === '/v1/files') {
      state.file = text.split('\r\n').find((part) => part.startsWith('{"custom_id"')) ?? '';
      return { id: 'file-1', object: 'file' };
    }
    if (path === '/v1/files/file-1/content') return state.file;
    if (path === '/v1/files/file-out/content') return results.map((one) => JSON.stringify(one)).join('\n');
    return { id: 'batch_1', object: 'batch', status: 'completed', output_file_id: 'file-out' };
  };
}

async function runBatch(
  gate: TestGateway,
  endpoint: string,
  bodies: Readonly<Record<string, object>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const lines = Object.entries(bodies).map(([custom_id, body]) =>
    JSON.stringify({ custom_id, url: endpoint, body: { model: 'm', ...body } }),
  );
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new File([lines.join('\n')], 'in.jsonl'));
  await ok(await gate.send('/v1/files', form));
  const body = { input_file_id: 'file-1', endpoint, completion_window: '24h' };
  return await gate.post(body, { path: '/v1/batches', headers });
}

const result = (custom_id: string, prompt: number, completion: number) => ({
  custom_id,
  response: {
    status_code: 200,
    body: { usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion } },
  },
});
const messages = [{ role: 'user', content: 'Hi' }];

test('a request counts by its own length, and pays its own price per call', async () => {
  const gate = await house(
    'openai',
    byLength,
    openaiAccount([result('a', 60, 1), result('b', 60, 1), result('c', 150, 1)]),
  );
  await ok(await runBatch(gate, '/v1/chat/completions', { a: { messages }, b: { messages }, c: { messages } }));
  expect(await chargeOf(gate)).toBe(120n * 1000n + 2n * 2000n + 150n * 2000n + 4000n + 3n * 5n);
});

test('moderations tell no tokens, and are paid by the request', async () => {
  const served = { custom_id: 'a', response: { status_code: 200, body: { results: [] } } };
  const failed = { custom_id: 'b', response: { status_code: 500, body: {} } };
  const gate = await house('openai', byLength, openaiAccount([served, failed]));
  await ok(await runBatch(gate, '/v1/moderations', { a: { input: 'Hi' }, b: { input: 'Ho' } }));
  expect(await chargeOf(gate)).toBe(5n);
});

test('a price that goes by what is asked reads each request of the file, and sets aside by the dearest', async () => {
  const results = [result('a', 10, 1), result('b', 10, 1)];
  const requests = { a: { messages, max_tokens: 10, reasoning_effort: 'high' }, b: { messages, max_tokens: 10 } };
  const gate = await house('openai', byRequest('reasoning_effort'), openaiAccount(results));
  await ok(await runBatch(gate, '/v1/chat/completions', requests));
  expect(await chargeOf(gate)).toBe(10n * 2000n + 4000n + 10n * 1000n + 2000n);
  // The most that both may come to at the rates of the cheaper one is not enough.
  const poor = await house('openai', byRequest('reasoning_effort'), openaiAccount(results));
  await poor.leave(20n * 2000n + 20n * 1000n);
  expect((await runBatch(poor, '/v1/chat/completions', requests)).status).toBe(402);
  const fast = await house('openai', byRequest('reasoning_effort'), openaiAccount(results));
  await ok(await runBatch(fast, '/v1/chat/completions', requests, { 'x-fast': '1' }));
  expect(await chargeOf(fast)).toBe(2n * (10n * 2000n + 4000n));
});

test('requests that differ in too many ways make no batch', async () => {
  const gate = await house('openai', byRequest('user'), openaiAccount([]));
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`r${n}`, { messages, user: `u${n}` }]));
  const refused = await runBatch(gate, '/v1/chat/completions', many);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('500 ways');
});

const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
const answered = (promptTokenCount: number) => ({ response: { usageMetadata: { promptTokenCount } } });
const done = (output: object) => ({
  name: 'batches/abc',
  metadata: { state: 'BATCH_STATE_SUCCEEDED', output },
  done: true,
});
const batchOf = (requests: readonly object[]) => ({
  batch: { inputConfig: { requests: { requests: requests.map((request) => ({ request })) } } },
});

test('Gemini’s are known by their place', async () => {
  const output = { inlinedResponses: { inlinedResponses: [answered(10), { error: { code: 3 } }, answered(20)] } };
  const gate = await house('gemini', byRequest('generationConfig.level'), () => done(output));
  const requests = ['low', 'low', 'high'].map((level) => ({
    contents,
    generationConfig: { maxOutputTokens: 9, level },
  }));
  await ok(await gate.post(batchOf(requests), { path: '/v1beta/models/m:batchGenerateContent' }));
  expect(await chargeOf(gate)).toBe(10n * 1000n + 20n * 2000n);
});

test('a batch of embeddings is charged by the tokens beside each vector', async () => {
  const embedded = (tokenCount: number) => ({ response: { embedding: { values: [0.1] }, tokenCount } });
  const output = { inlinedEmbedContentResponses: { inlinedResponses: [embedded(60), embedded(150)] } };
  const paths: string[] = [];
  const gate = await house('gemini', byLength, (path) => {
    paths.push(path);
    return done(output);
  });
  const path = '/v1beta/models/m:asyncBatchEmbedContent';
  const content = { parts: [{ text: 'Hi' }] };
  for (const bad of [{}, batchOf([]), batchOf([{}]), batchOf([{ content, model: 'models/other' }])])
    expect((await gate.post(bad, { path })).status).toBe(400);
  const stranger = { parts: [{ fileData: { fileUri: 'files/theirs' } }] };
  expect((await gate.post(batchOf([{ content: stranger }]), { path })).status).toBe(400);
  expect(paths).toEqual([]);
  await ok(await gate.post(batchOf([{ content }, { content, model: 'models/m' }]), { path }));
  expect(paths[0]).toBe('/v1beta/models/m-upstream:asyncBatchEmbedContent');
  expect(await chargeOf(gate)).toBe(60n * 1000n + 150n * 2000n + 2n * 5n);
});
