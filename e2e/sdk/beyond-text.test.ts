import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import OpenAI from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/** What official SDKs ask beside conversations, of an upstream that answers as the vendors document it. */

const ranked = [
  { index: 2, relevance_score: 0.9 },
  { index: 0, relevance_score: 0.25 },
];

/** Answers by path. */
const answers: Readonly<Record<string, unknown>> = {
  '/openai/v1/moderations': {
    id: 'modr-1',
    model: 'omni-moderation-latest',
    results: [{ flagged: true, categories: { violence: true }, category_scores: { violence: 0.9 } }],
  },
  '/jina/v1/rerank': { model: 'ranker', usage: { total_tokens: 30, prompt_tokens: 30 }, results: ranked },
  '/cohere/v2/rerank': {
    id: 'rerank-1',
    results: ranked,
    meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
  },
};

const asked: { readonly path: string; readonly body: unknown }[] = [];

const serve = () =>
  Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const answer = answers[path];
      asked.push({ path, body: await request.json() });
      return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
    },
  });

let upstream: ReturnType<typeof serve>;
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let key: string;

const channel = (provider: string, path: string, models: readonly string[]): string =>
  `  - { name: ${provider}, provider: ${provider}, baseUrl: "http://127.0.0.1:${upstream.port}/${path}", credentials: [{ apiKey: sk-upstream }], models: [${models.join(', ')}] }`;

beforeAll(async () => {
  upstream = serve();
  gateway = await startGateway({
    config: `
channels:
${channel('openai', 'openai/v1', ['omni-moderation-latest'])}
${channel('jina', 'jina/v1', ['jina-ranker'])}
${channel('cohere', 'cohere', ['cohere-ranker'])}
models:
  - { name: omni-moderation-latest, free: true }
  - { name: jina-ranker, price: { input: 1 } }
  - { name: cohere-ranker, price: { perSearch: "0.002" } }
`,
    commands: setUpRoot,
  });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('1');
  ({ key } = await admin.createKey('any'));
  openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream?.stop(true);
});

const amountOf = (requestId: string | null | undefined): Promise<bigint> =>
  until('the charge', async () => (await books.charges()).find((charge) => charge.requestId === requestId)?.amount);

test('moderations, for nothing where that is their price', async () => {
  const { data, request_id } = await openai.moderations.create({ input: 'I kill you' }).withResponse();
  expect(data.results[0]?.flagged).toBe(true);
  expect(await amountOf(request_id)).toBe(0n);
});

const documents = ['one', 'two', 'three'];
const query = 'Which?';

test.each([
  ['jina-ranker', '/jina/v1/rerank', 30_000n],
  ['cohere-ranker', '/cohere/v2/rerank', 2_000_000n],
])('Cohere’s second version reranks with %s', async (model, path, amount) => {
  const cohere = new CohereClientV2({ token: key, baseUrl: gateway.url, maxRetries: 0 });
  const { data, rawResponse } = await cohere.rerank({ model, query, documents, topN: 2 }).withRawResponse();
  expect(data.results).toEqual([
    { index: 2, relevanceScore: 0.9 },
    { index: 0, relevanceScore: 0.25 },
  ]);
  expect(asked.at(-1)).toMatchObject({ path, body: { model, query, documents, top_n: 2 } });
  expect(await amountOf(rawResponse.headers.get('x-request-id'))).toBe(amount);
});

test.each([
  ['jina-ranker', 30_000n],
  ['cohere-ranker', 2_000_000n],
])('Cohere’s first version reranks with %s, as Jina’s clients do', async (model, amount) => {
  const cohere = new CohereClient({ token: key, baseUrl: gateway.url, maxRetries: 0 });
  const { data, rawResponse } = await cohere
    .rerank({ model, query, documents: documents.map((text) => ({ text })), returnDocuments: true })
    .withRawResponse();
  expect(data.results.map(({ index }) => index)).toEqual([2, 0]);
  if (model === 'cohere-ranker') expect(data.results[0]?.document).toEqual({ text: 'three' });
  expect(await amountOf(rawResponse.headers.get('x-request-id'))).toBe(amount);
});

test('a refusal is an error of the SDK', async () => {
  const cohere = new CohereClientV2({ token: key, baseUrl: gateway.url, maxRetries: 0 });
  const refused = await cohere
    .rerank({ model: 'cohere-ranker', query, documents: [] })
    .catch((error: unknown) => error);
  if (!(refused instanceof CohereError)) throw new Error('no CohereError');
  expect(refused.statusCode).toBe(400);
  expect(refused.body).toMatchObject({ message: '"documents" must be a non-empty array of strings or objects.' });
});

test('the books agree', async () => {
  expect(await verify(gateway)).toEqual(balanced);
});
