import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { GoogleGenAI } from '@google/genai';
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

/** 0.1 s of sound, of 16 bits at 24 kHz. */
const sound = new Uint8Array(4800).fill(3);

const events = (...list: readonly object[]): Response =>
  new Response(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

const vectors = [
  [0.5, -2],
  [0.25, 8],
];

const imageUsage = {
  input_tokens: 12,
  input_tokens_details: { text_tokens: 12, image_tokens: 0 },
  output_tokens: 272,
  total_tokens: 284,
};

/** Answers by path: JSON, or what is made of a body. */
const answers: Readonly<Record<string, unknown>> = {
  '/openai/v1/audio/speech': (body: { readonly stream_format?: string }) =>
    body.stream_format === 'sse'
      ? events(
          { type: 'speech.audio.delta', audio: Buffer.from(sound).toString('base64') },
          { type: 'speech.audio.done', usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 } },
        )
      : new Response(sound, { headers: { 'content-type': 'audio/pcm' } }),
  '/openai/v1/audio/transcriptions': (form: FormData) => {
    if (form.get('stream') === 'true')
      return events(
        { type: 'transcript.text.delta', delta: 'Hi' },
        {
          type: 'transcript.text.done',
          text: 'Hi',
          usage: { type: 'tokens', input_tokens: 14, output_tokens: 2, total_tokens: 16 },
        },
      );
    const srt = '1\n00:00:00,000 --> 00:00:03,000\nHi\n';
    return form.get('response_format') === 'srt'
      ? new Response(srt, { headers: { 'content-type': 'text/plain' } })
      : Response.json({ text: 'Hi', usage: { type: 'duration', seconds: 3 } });
  },
  '/openai/v1/images/generations': (body: { readonly stream?: boolean }) =>
    body.stream === true
      ? events(
          { type: 'image_generation.partial_image', b64_json: 'AA==', partial_image_index: 0 },
          {
            type: 'image_generation.completed',
            b64_json: 'AAAA',
            size: '1024x1024',
            quality: 'low',
            usage: imageUsage,
          },
        )
      : Response.json({
          created: 1,
          data: [{ b64_json: 'AAAA' }],
          size: '1024x1024',
          quality: 'low',
          usage: imageUsage,
        }),
  '/openai/v1/images/edits': { created: 1, data: [{ url: 'https://images.test/a.png' }] },
  '/openai/v1/images/variations': { created: 1, data: [{ b64_json: 'AAAA' }, { b64_json: 'AAAA' }] },
  '/openai/v1/audio/translations': { text: 'Hi', duration: 3, language: 'english', segments: [] },
  '/openai/v1/videos': {
    id: 'video_up',
    object: 'video',
    status: 'queued',
    progress: 0,
    seconds: '4',
    size: '720x1280',
  },
  '/openai/v1/videos/video_up': {
    id: 'video_up',
    object: 'video',
    status: 'completed',
    progress: 100,
    seconds: '4',
    size: '720x1280',
  },
  '/openai/v1/videos/video_up/content': () => new Response(sound, { headers: { 'content-type': 'video/mp4' } }),
  '/openai/v1/moderations': {
    id: 'modr-1',
    model: 'omni-moderation-latest',
    results: [{ flagged: true, categories: { violence: true }, category_scores: { violence: 0.9 } }],
  },
  '/openai/v1/embeddings': {
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: 4, total_tokens: 4 },
  },
  '/gemini/v1beta/models/gemini-vectors:batchEmbedContents': {
    embeddings: vectors.map((values) => ({ values })),
    usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
  },
  '/gemini/v1beta/models/imagen-4:predict': {
    predictions: [{ mimeType: 'image/png', bytesBase64Encoded: 'AAAA' }],
  },
  '/cohere/v2/embed': {
    id: 'e',
    embeddings: { float: vectors },
    texts: [],
    response_type: 'embeddings_by_type',
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: 4 } },
  },
  '/cohere/v1/tokenize': { tokens: [7, 8], token_strings: ['on', 'e'], meta: { api_version: { version: '1' } } },
  '/jina/v1/rerank': { model: 'ranker', usage: { total_tokens: 30, prompt_tokens: 30 }, results: ranked },
  '/cohere/v2/rerank': {
    id: 'rerank-1',
    results: ranked,
    meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
  },
};

const asked: { readonly path: string; readonly body: unknown }[] = [];

const bodyOf = async (request: Request): Promise<unknown> =>
  request.method === 'GET'
    ? undefined
    : request.headers.get('content-type')?.startsWith('multipart/')
      ? request.formData()
      : request.json();

const serve = () =>
  Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const answer = answers[path];
      const body = await bodyOf(request);
      asked.push({ path, body });
      if (typeof answer === 'function') return (answer as (body: unknown) => Response)(body);
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
${channel('openai', 'openai/v1', ['omni-moderation-latest', 'tts-1', 'gpt-4o-mini-tts', 'whisper-1', 'gpt-4o-transcribe', 'gpt-image-1', 'dall-e-2', 'gpt-5', 'sora-2', 'openai-vectors'])}
${channel('gemini', 'gemini', ['gemini-vectors', 'imagen-4'])}
${channel('jina', 'jina/v1', ['jina-ranker'])}
${channel('cohere', 'cohere', ['cohere-ranker', 'cohere-vectors'])}
models:
  - { name: omni-moderation-latest, free: true }
  - { name: gpt-5, price: { input: 1, output: 1 } }
  - { name: tts-1, price: { perMillionCharacters: 15 } }
  - { name: gpt-4o-mini-tts, price: { input: 0.6, outputAudio: 12 } }
  - { name: whisper-1, price: { perSecond: 0.0001 } }
  - { name: gpt-4o-transcribe, price: { input: 2.5, inputAudio: 6, output: 10 } }
  - { name: gpt-image-1, price: { input: 5, inputImage: 10, outputImage: 40 } }
  - name: dall-e-2
    price: { rates: [{ when: { size: 256x256 }, perImage: "0.016" }, { perImage: "0.02" }] }
  - { name: sora-2, price: { perSecond: 0.1 } }
  - { name: imagen-4, price: { perImage: "0.04" } }
  - { name: openai-vectors, price: { input: 1 } }
  - { name: gemini-vectors, price: { input: 1 } }
  - { name: cohere-vectors, price: { input: 1 } }
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
  expect(await openai.videos.delete(begun.id)).toMatchObject({ deleted: true });
});

test('the books agree', async () => {
  expect(await verify(gateway)).toEqual(balanced);
});
