/** Vendors beside conversations: OpenAI, Gemini, Jina and Cohere as they document their answers, on one port. */
export type BeyondText = {
  readonly port: number;
  /** What was asked, the latest last. */
  readonly asked: readonly { readonly path: string; readonly body: unknown }[];
  stop(): Promise<void>;
};

/** Whom a reranker puts first of three. */
const ranked = [
  { index: 2, relevance_score: 0.9 },
  { index: 0, relevance_score: 0.25 },
];

/** 0.1 s of sound, of 16 bits at 24 kHz. */
export const sound = new Uint8Array(4800).fill(3);

const events = (...list: readonly object[]): Response =>
  new Response(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

/** The vectors of two texts. */
export const vectors = [
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
  '/gemini/v1beta/models/gemini-embedding-2:embedContent': {
    embedding: { values: vectors[0] },
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

const bodyOf = async (request: Request): Promise<unknown> =>
  request.method === 'GET'
    ? undefined
    : request.headers.get('content-type')?.startsWith('multipart/')
      ? request.formData()
      : request.json();

/** Videos as OpenAI makes them: each that is begun has an id of its own, and is done when it is asked after. */
function openVideos(): (method: string, path: string) => Response | undefined {
  const base = { object: 'video', seconds: '4', size: '720x1280' };
  let begun = 0;
  return (method, path) => {
    if (!path.startsWith('/openai/v1/videos')) return undefined;
    if (method === 'POST') return Response.json({ ...base, id: `video_up${++begun}`, status: 'queued', progress: 0 });
    if (path.endsWith('/content')) return new Response(sound, { headers: { 'content-type': 'video/mp4' } });
    return Response.json({ ...base, id: path.split('/').at(-1), status: 'completed', progress: 100 });
  };
}

/** Starts all of them on a free port. */
export function startBeyondText(): BeyondText {
  const asked: { readonly path: string; readonly body: unknown }[] = [];
  const videos = openVideos();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const answer = answers[path];
      const body = await bodyOf(request);
      asked.push({ path, body });
      const video = videos(request.method, path);
      if (video) return video;
      if (typeof answer === 'function') return (answer as (body: unknown) => Response)(body);
      return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
    },
  });
  return { port: server.port ?? 0, asked, stop: () => server.stop(true) };
}

/** Channels to all of them, as lines of `tollgate.yaml`; `also` are models that they have beside theirs. */
export function beyondTextChannels(
  port: number,
  also: { readonly openai?: readonly string[]; readonly gemini?: readonly string[] } = {},
): string {
  const channel = (provider: string, path: string, models: readonly string[]): string =>
    `  - { name: ${provider}, provider: ${provider}, baseUrl: "http://127.0.0.1:${port}/${path}", credentials: [{ apiKey: sk-upstream }], models: [${models.join(', ')}] }`;
  return [
    channel('openai', 'openai/v1', [
      'omni-moderation-latest',
      'tts-1',
      'gpt-4o-mini-tts',
      'whisper-1',
      'gpt-4o-transcribe',
      'gpt-image-1',
      'dall-e-2',
      'gpt-5',
      'sora-2',
      'openai-vectors',
      ...(also.openai ?? []),
    ]),
    channel('gemini', 'gemini', ['gemini-vectors', 'gemini-embedding-2', 'imagen-4', ...(also.gemini ?? [])]),
    channel('jina', 'jina/v1', ['jina-ranker']),
    channel('cohere', 'cohere', ['cohere-ranker', 'cohere-vectors']),
  ].join('\n');
}

/** What their models cost, as lines of `tollgate.yaml`. */
export const beyondTextPrices = `
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
  - { name: gemini-embedding-2, price: { input: 1 } }
  - { name: cohere-vectors, price: { input: 1 } }
  - { name: jina-ranker, price: { input: 1 } }
  - { name: cohere-ranker, price: { perSearch: "0.002" } }
`;
