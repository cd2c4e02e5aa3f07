import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { createGoogle } from '@ai-sdk/google';
import { GoogleGenAI } from '@google/genai';
import { embed } from 'ai';
import OpenAI from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { watchEndpoints } from './asked-endpoints.ts';
import { holdToRows } from './endpoint-rows.ts';
import {
  beyondTextChannels,
  beyondTextPrices,
  sound,
  startBeyondText,
  vectors,
  type BeyondText,
} from './upstreams/beyond-text.ts';

setDefaultTimeout(60_000);

const watched = watchEndpoints();

/** What official SDKs ask beside conversations, of an upstream that answers as the vendors document it. */

let upstream: BeyondText;
let asked: BeyondText['asked'];
let gateway: Gateway;
let books: Books;
let openai: OpenAI;
let key: string;

beforeAll(async () => {
  upstream = startBeyondText();
  ({ asked } = upstream);
  gateway = await startGateway({
    config: `
channels:
${beyondTextChannels(upstream.port)}
models:
${beyondTextPrices}`,
    commands: setUpRoot,
  });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('10');
  ({ key } = await admin.createKey('any'));
  openai = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await upstream?.stop();
});

const amountOf = (requestId: string | null | undefined): Promise<bigint> =>
  until('the charge', async () => (await books.charges()).find((charge) => charge.requestId === requestId)?.amount);

test('moderations, for nothing where that is their price', async () => {
  const { data, request_id } = await openai.moderations.create({ input: 'I kill you' }).withResponse();
  expect(data.results[0]?.flagged).toBe(true);
  expect(await amountOf(request_id)).toBe(0n);
});

const texts = ['one', 'two'];
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

test('speech, by its characters', async () => {
  const response = await openai.audio.speech.create({
    model: 'tts-1',
    voice: 'alloy',
    input: 'Hello',
    response_format: 'pcm',
  });
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(sound);
  expect(await amountOf(response.headers.get('x-request-id'))).toBe(5n * 15_000n);
});

test('speech as events, by its tokens', async () => {
  const response = await openai.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'alloy',
    input: 'Hello',
    stream_format: 'sse',
  });
  expect(await response.text()).toContain('speech.audio.done');
  expect(await amountOf(response.headers.get('x-request-id'))).toBe(5n * 600n + 2n * 12_000n);
});

const voice = () => new File([new Uint8Array(2000).fill(1)], 'voice.mp3', { type: 'audio/mpeg' });

test('transcriptions, by their seconds', async () => {
  const { data, request_id } = await openai.audio.transcriptions
    .create({ model: 'whisper-1', file: voice(), timestamp_granularities: ['word', 'segment'] })
    .withResponse();
  expect(data.text).toBe('Hi');
  const form = asked.at(-1)?.body as FormData;
  expect(form.getAll('timestamp_granularities[]')).toEqual(['word', 'segment']);
  expect(await amountOf(request_id)).toBe(300_000n);
});

test('transcriptions as subtitles, by when the last one ends', async () => {
  const { data, request_id } = await openai.audio.transcriptions
    .create({ model: 'whisper-1', file: voice(), response_format: 'srt' })
    .withResponse();
  expect(data).toContain('00:00:03,000');
  expect(await amountOf(request_id)).toBe(300_000n);
});

test('transcriptions as events, by their tokens', async () => {
  const { data, request_id } = await openai.audio.transcriptions
    .create({ model: 'gpt-4o-transcribe', file: voice(), stream: true })
    .withResponse();
  const types: string[] = [];
  for await (const event of data) types.push(event.type);
  expect(types).toEqual(['transcript.text.delta', 'transcript.text.done']);
  expect(await amountOf(request_id)).toBe(14n * 6000n + 2n * 10_000n);
});

test('translations, by how long they say they are', async () => {
  const { data, request_id } = await openai.audio.translations
    .create({ model: 'whisper-1', file: voice(), response_format: 'verbose_json' })
    .withResponse();
  expect(data).toMatchObject({ text: 'Hi', duration: 3 });
  expect(await amountOf(request_id)).toBe(300_000n);
});

const imageTokens = 12n * 5000n + 272n * 40_000n;

test('pictures, by their tokens', async () => {
  const { data, request_id } = await openai.images.generate({ model: 'gpt-image-1', prompt: 'A cat' }).withResponse();
  expect(data.data?.[0]?.b64_json).toBe('AAAA');
  expect(await amountOf(request_id)).toBe(imageTokens);
});

test('pictures as they become clear, by their tokens', async () => {
  const { data, request_id } = await openai.images
    .generate({ model: 'gpt-image-1', prompt: 'A cat', stream: true, partial_images: 1 })
    .withResponse();
  const types: string[] = [];
  for await (const event of data) types.push(event.type);
  expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  expect(await amountOf(request_id)).toBe(imageTokens);
});

const photo = () => new File([new Uint8Array(500).fill(9)], 'photo.png', { type: 'image/png' });

test('edits and variations, by number and size', async () => {
  const edited = await openai.images
    .edit({ model: 'dall-e-2', image: [photo(), photo()], prompt: 'Bluer', size: '256x256' })
    .withResponse();
  expect(edited.data.data?.[0]?.url).toBe('https://images.test/a.png');
  const form = asked.at(-1)?.body;
  expect(form instanceof FormData && form.getAll('image[]').length).toBe(2);
  expect(await amountOf(edited.request_id)).toBe(16_000_000n);
  const varied = await openai.images.createVariation({ model: 'dall-e-2', image: photo(), n: 2 }).withResponse();
  expect(varied.data.data?.length).toBe(2);
  expect(await amountOf(varied.request_id)).toBe(40_000_000n);
});

test('Imagen paints for OpenAI’s SDK, and OpenAI for Google’s clients', async () => {
  const { data, request_id } = await openai.images
    .generate({ model: 'imagen-4', prompt: 'A cat', n: 1, size: '1024x1024' })
    .withResponse();
  expect(data.data?.[0]?.b64_json).toBe('AAAA');
  expect(await amountOf(request_id)).toBe(40_000_000n);
  // Google's SDK of today asks Vertex alone for it; its clients of yesterday ask thus.
  for (const [model, amount] of [
    ['imagen-4', 40_000_000n],
    ['gpt-image-1', imageTokens],
  ] as const) {
    const painted = await fetch(`${gateway.url}/v1beta/models/${model}:predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': key },
      body: JSON.stringify({ instances: [{ prompt: 'A cat' }], parameters: { sampleCount: 1 } }),
    });
    expect(await painted.json()).toEqual({ predictions: [{ mimeType: 'image/png', bytesBase64Encoded: 'AAAA' }] });
    expect(await amountOf(painted.headers.get('x-request-id'))).toBe(amount);
  }
});

test('a model that chats is not asked for a picture', async () => {
  const before = asked.length;
  const refused = await openai.images.generate({ model: 'gpt-5', prompt: 'A cat' }).catch((error: unknown) => error);
  if (!(refused instanceof OpenAI.APIError)) throw new Error('no APIError');
  expect([refused.status, refused.code]).toEqual([400, 'operation_not_supported']);
  expect(asked.length).toBe(before);
});

const cohereOf = <T>(make: new (options: { token: string; baseUrl: string; maxRetries: number }) => T): T =>
  new make({ token: key, baseUrl: gateway.url, maxRetries: 0 });

const makers = ['openai-vectors', 'gemini-vectors', 'cohere-vectors'];

test.each(makers)('OpenAI’s SDK gets vectors of %s', async (model) => {
  const { data, request_id } = await openai.embeddings.create({ model, input: texts, dimensions: 2 }).withResponse();
  expect(data.data.map(({ embedding }) => embedding)).toEqual(vectors);
  expect(await amountOf(request_id)).toBe(4000n);
});

test.each(makers)('Google’s SDK gets vectors of %s', async (model) => {
  const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway.url } });
  const { embeddings, sdkHttpResponse } = await google.models.embedContent({
    model,
    contents: texts,
    config: { outputDimensionality: 2 },
  });
  expect(embeddings?.map(({ values }) => values)).toEqual(vectors);
  expect(await amountOf(sdkHttpResponse?.headers?.['x-request-id'])).toBe(4000n);
});

// Google's own SDK asks for several always; that of Vercel asks for one as Google documents it.
test('the AI SDK gets the one vector of a text', async () => {
  const google = createGoogle({ apiKey: key, baseURL: `${gateway.url}/v1beta` });
  const { embedding, response } = await embed({
    model: google.embeddingModel('gemini-embedding-2'),
    value: 'one',
    maxRetries: 0,
  });
  expect(embedding).toEqual(vectors[0] ?? []);
  expect(await amountOf(response?.headers?.['x-request-id'])).toBe(4000n);
});

test.each(makers)('Cohere’s SDK gets vectors of %s', async (model) => {
  const cohere = new CohereClientV2({ token: key, baseUrl: gateway.url, maxRetries: 0 });
  const { data, rawResponse } = await cohere
    .embed({ model, texts, inputType: 'search_document', embeddingTypes: ['float'], outputDimension: 2 })
    .withRawResponse();
  expect(data.embeddings.float).toEqual(vectors);
  expect(await amountOf(rawResponse.headers.get('x-request-id'))).toBe(4000n);
});

test.each([
  ['cohere-ranker', [7, 8]],
  // OpenAI's encodings are public, and told by the gateway.
  ['gpt-5', [690]],
])('tokens of %s are told to Cohere’s SDK', async (model, tokens) => {
  const cohere = new CohereClient({ token: key, baseUrl: gateway.url, maxRetries: 0 });
  expect((await cohere.tokenize({ model, text: 'one' })).tokens).toEqual(tokens);
});

const videosPaid = async (): Promise<number> =>
  (await books.charges()).filter(({ amount }) => amount === 400_000_000n).length;

test('videos, by their seconds, from their beginning to their file', async () => {
  const { data: begun, request_id } = await openai.videos
    .create({ model: 'sora-2', prompt: 'A cat', seconds: '4', size: '720x1280' })
    .withResponse();
  expect(begun).toMatchObject({ object: 'video', status: 'queued', model: 'sora-2' });
  const done = await until('the video', async () => {
    const video = await openai.videos.retrieve(begun.id);
    return video.status === 'completed' ? video : undefined;
  });
  expect(done).toMatchObject({ id: begun.id, progress: 100, seconds: '4', error: null });
  expect(await amountOf(request_id)).toBe(400_000_000n);
  const file = await openai.videos.downloadContent(begun.id);
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(sound);
  expect((await openai.videos.list({ limit: 5 })).data.map(({ id }) => id)).toEqual([begun.id]);
  // What goes on with one is a video of its own, paid as such.
  const sequels = [
    () => openai.videos.remix(begun.id, { prompt: 'A dog' }),
    () => openai.videos.edit({ prompt: 'At night', video: { id: begun.id } }),
    () => openai.videos.extend({ prompt: 'It jumps', video: { id: begun.id }, seconds: '4' }),
  ];
  const ids = await Promise.all(sequels.map(async (go) => (await go()).id));
  await until('the sequels', async () => {
    const videos = await Promise.all(ids.map((id) => openai.videos.retrieve(id)));
    return videos.every(({ status }) => status === 'completed');
  });
  await until('all four are charged', async () => (await videosPaid()) === 4);
  for (const id of [begun.id, ...ids]) expect(await openai.videos.delete(id)).toMatchObject({ deleted: true });
});

/** What is wrong, with the error that its SDK raises. */
const errorOf = (work: PromiseLike<unknown>): PromiseLike<unknown> =>
  work.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => error,
  );

test.each<[string, number, () => PromiseLike<unknown>]>([
  ['vectors of nothing', 400, () => openai.embeddings.create({ model: 'openai-vectors', input: [] })],
  ['vectors of a model there is none of', 404, () => openai.embeddings.create({ model: 'none', input: 'one' })],
  ['a moderation of nothing', 400, () => openai.moderations.create({ input: 5 as never })],
  ['speech of nothing', 400, () => openai.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 5 as never })],
  [
    'a transcription of no file',
    400,
    () => openai.audio.transcriptions.create({ model: 'whisper-1', file: 'voice' as never }),
  ],
  ['a translation by no model', 404, () => openai.audio.translations.create({ model: 'none', file: voice() })],
  ['no picture at all', 400, () => openai.images.generate({ model: 'gpt-image-1', prompt: 'A cat', n: 0 })],
  ['a picture of no words', 400, () => openai.images.generate({ model: 'gpt-image-1', prompt: 5 as never })],
  [
    'an edit without a picture',
    400,
    () => openai.images.edit({ model: 'dall-e-2', image: [] as never, prompt: 'Bluer' }),
  ],
  ['no variations at all', 400, () => openai.images.createVariation({ model: 'dall-e-2', image: photo(), n: 0 })],
  ['a video of no words', 400, () => openai.videos.create({ model: 'sora-2', prompt: '' })],
  [
    'a video that is too long',
    400,
    () => openai.videos.create({ model: 'sora-2', prompt: 'x', seconds: 'x' as never }),
  ],
  ['what video?', 404, () => openai.videos.retrieve('video_none')],
  ['the file of none', 404, () => openai.videos.downloadContent('video_none')],
  ['deleting none', 404, () => openai.videos.delete('video_none')],
  ['none made anew', 404, () => openai.videos.remix('video_none', { prompt: 'x' })],
  ['none changed', 404, () => openai.videos.edit({ prompt: 'x', video: { id: 'video_none' } })],
  ['none made longer', 404, () => openai.videos.extend({ prompt: 'x', video: { id: 'video_none' }, seconds: '4' })],
  ['a list of videos', 400, () => openai.videos.list({ limit: 0 })],
])('openai: %s is refused with %d', async (_name, status, ask) => {
  const before = asked.length;
  const error = await errorOf(ask());
  expect(error).toBeInstanceOf(status === 404 ? OpenAI.NotFoundError : OpenAI.BadRequestError);
  expect(error).toMatchObject({ status, type: 'invalid_request_error' });
  expect(asked.length).toBe(before);
});

test.each<[string, number, () => PromiseLike<unknown>]>([
  [
    'vectors of nothing',
    400,
    () => cohereOf(CohereClientV2).embed({ model: 'cohere-vectors', texts: [], inputType: 'search_document' }),
  ],
  ['an order of nothing', 400, () => cohereOf(CohereClient).rerank({ model: 'jina-ranker', query, documents: [] })],
  ['tokens of a model there is none of', 404, () => cohereOf(CohereClient).tokenize({ model: 'none', text: 'one' })],
])('cohere: %s is refused with %d', async (_name, statusCode, ask) => {
  const error = await errorOf(ask());
  expect(error).toBeInstanceOf(CohereError);
  expect(error).toMatchObject({ statusCode });
});

test('google: vectors of nothing are an error of the SDK', async () => {
  const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway.url } });
  const error = await errorOf(google.models.embedContent({ model: 'gemini-vectors', contents: [] }));
  expect(error).toMatchObject({ name: 'ApiError', status: 400 });
});

test('the books agree', async () => {
  expect(await verify(gateway)).toEqual(balanced);
});

test('the endpoints of its rows were asked', () => holdToRows('beyond-text.test.ts', watched));
