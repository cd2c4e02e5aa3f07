/**
 * Accounts that keep files and work on batches, at OpenAI, Anthropic and Gemini, on one port. Each batch is done when it is asked after; one
 * that is slow (OpenAI's by its metadata, Anthropic's by an id of its requests, Google's by its name) goes on until it is cancelled.
 */
export type FileAccounts = {
  readonly port: number;
  /** How large the pieces were that Gemini's account was sent. */
  readonly uploaded: readonly number[];
  stop(): Promise<void>;
};

/** What OpenAI tells of a batch's one request. */
export const batchResults = JSON.stringify({
  custom_id: 'a',
  response: { status_code: 200, body: { usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 } } },
  error: null,
});

const message = { id: 'msg_1', type: 'message', content: [], usage: { input_tokens: 7, output_tokens: 3 } };
const messageResults = JSON.stringify({ custom_id: 'a', result: { type: 'succeeded', message } });
const cancelledResults = JSON.stringify({ custom_id: 'slow', result: { type: 'canceled' } });

const contents = {
  inlinedResponses: {
    inlinedResponses: [
      {
        response: {
          candidates: [{ content: { parts: [{ text: 'Hi' }] } }],
          usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 2, totalTokenCount: 10 },
        },
      },
    ],
  },
};
/** Of a batch of a file of requests, where its results are, and what stands there. */
const inFile = { responsesFile: 'files/batch-made' };
export const contentResults = JSON.stringify({
  key: 'a',
  response: contents.inlinedResponses.inlinedResponses[0]?.response,
});
const vectors = {
  inlinedEmbedContentResponses: {
    inlinedResponses: [{ response: { embedding: { values: [0.5] }, tokenCount: '4' } }],
  },
};

type Batch = { readonly slow: boolean; cancelled: boolean; readonly output?: object };
type Json = Readonly<Record<string, unknown>>;
type Asked = { readonly method: string; readonly path: string; readonly body: Json };

const gone = (): Response => new Response(null, { status: 404 });

/** https://platform.openai.com/docs/api-reference/batch */
function openaiAccount() {
  const file = { object: 'file', bytes: 3, created_at: 1, filename: 'in.jsonl', purpose: 'batch' };
  const batches = new Map<string, Batch>();
  let files = 0;
  const tell = (id: string, { slow, cancelled }: Batch): Response =>
    Response.json({
      id,
      object: 'batch',
      endpoint: '/v1/chat/completions',
      input_file_id: 'file-1',
      status: cancelled ? 'cancelled' : slow ? 'in_progress' : 'completed',
      ...(!slow && { output_file_id: 'file-out' }),
    });
  return ({ method, path, body }: Asked): Response => {
    if (path === '/v1/files') return Response.json({ ...file, id: `file-${++files}` });
    if (path.endsWith('/content')) return new Response(path.includes('file-out') ? batchResults : 'abc');
    if (path.startsWith('/v1/files/'))
      return Response.json({ id: path.split('/').at(-1), object: 'file', deleted: true });
    if (path === '/v1/batches') {
      const [id, batch] = [`batch_${batches.size + 1}`, { slow: isSlow(body['metadata']), cancelled: false }];
      batches.set(id, batch);
      return Response.json({ id, object: 'batch', endpoint: body['endpoint'], status: 'validating' });
    }
    const [, id = '', cancel] = /^\/v1\/batches\/(\w+)(\/cancel)?$/.exec(path) ?? [];
    const batch = batches.get(id);
    if (!batch) return gone();
    if (method === 'POST' && cancel !== undefined) batch.cancelled = true;
    return tell(id, batch);
  };
}

const isSlow = (metadata: unknown): boolean =>
  typeof metadata === 'object' && metadata !== null && 'slow' in metadata && metadata.slow === 'yes';

/** https://docs.claude.com/en/api/creating-message-batches */
function anthropicAccount() {
  const batches = new Map<string, Batch>();
  let files = 0;
  const about = { type: 'file', filename: 'a.txt', mime_type: 'text/plain', size_bytes: 3, downloadable: true };
  return ({ method, path, body }: Asked): Response => {
    if (path === '/v1/files') return Response.json({ ...about, id: `file_${++files}` });
    if (path.endsWith('/content')) return new Response('abc');
    if (path.startsWith('/v1/files/')) return Response.json({ id: path.split('/').at(-1), type: 'file_deleted' });
    if (path === '/v1/messages/batches') {
      const slow = JSON.stringify(body).includes('"custom_id":"slow"');
      const id = `msgbatch_${batches.size + 1}`;
      batches.set(id, { slow, cancelled: false });
      return Response.json({ id, type: 'message_batch', processing_status: 'in_progress', results_url: null });
    }
    const [, id = '', act] = /^\/v1\/messages\/batches\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
    const batch = batches.get(id);
    if (!batch) return gone();
    if (method === 'DELETE') return Response.json({ id, type: 'message_batch_deleted' });
    if (act === 'results') return new Response(batch.slow ? cancelledResults : messageResults);
    if (act === 'cancel') batch.cancelled = true;
    const ended = batch.cancelled || !batch.slow;
    return Response.json({
      id,
      type: 'message_batch',
      processing_status: act === 'cancel' ? 'canceling' : ended ? 'ended' : 'in_progress',
      results_url: ended && act !== 'cancel' ? 'https://api.example/results' : null,
    });
  };
}

/** https://ai.google.dev/gemini-api/docs/files and https://ai.google.dev/gemini-api/docs/batch-api */
function googleAccount(uploaded: number[]) {
  const batches = new Map<string, Batch>();
  let files = 0;
  /** What of the file that is under way has come. */
  let sofar = 0;
  const fileOf = (name: string, sizeBytes = 0): object => ({
    name,
    sizeBytes: `${sizeBytes}`,
    uri: `https://generativelanguage.googleapis.com/v1beta/${name}`,
    mimeType: 'text/plain',
    state: 'ACTIVE',
    expirationTime: '2999-01-01T00:00:00Z',
  });
  const upload = (request: Request, size: number): Response => {
    const command = request.headers.get('x-goog-upload-command');
    if (command === 'start') {
      sofar = 0;
      const url =
        'https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=secret&upload_protocol=resumable';
      return new Response(null, { headers: { 'x-goog-upload-url': url } });
    }
    const isNext =
      request.headers.get('x-goog-upload-offset') === `${sofar}` && request.url.includes('upload_id=secret');
    if (!isNext) return new Response(null, { status: 400 });
    uploaded.push(size);
    sofar += size;
    return command === 'upload'
      ? new Response(null, { headers: { 'x-goog-upload-status': 'active' } })
      : Response.json({ file: fileOf(`files/abc${++files}`, sofar) }, { headers: { 'x-goog-upload-status': 'final' } });
  };
  const begin = (output: object, body: Json): Response => {
    const name = `batches/abc${batches.size + 1}`;
    batches.set(name, { slow: JSON.stringify(body).includes('"displayName":"slow"'), cancelled: false, output });
    return Response.json({ name, metadata: {} });
  };
  const answer = ({ method, path, body }: Asked): Response => {
    if (path.endsWith(':asyncBatchEmbedContent')) return begin(vectors, body);
    if (path.endsWith(':batchGenerateContent'))
      return begin(JSON.stringify(body).includes('"fileName"') ? inFile : contents, body);
    if (path.endsWith(':generateContent'))
      return Response.json({
        candidates: [{ content: { role: 'model', parts: [{ text: 'A long book' }] }, finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 3, totalTokenCount: 103 },
      });
    if (path.endsWith(':download'))
      return new Response(path.includes('batch-made') ? contentResults : 'made by a model');
    const name = path.slice('/v1beta/'.length).replace(/:cancel$/, '');
    if (method === 'DELETE') return Response.json({});
    if (path.startsWith('/v1beta/files/')) return Response.json(fileOf(name));
    const batch = batches.get(name);
    if (!batch) return gone();
    if (path.endsWith(':cancel')) {
      batch.cancelled = true;
      return Response.json({});
    }
    if (batch.cancelled) return Response.json({ name, metadata: { state: 'BATCH_STATE_CANCELLED' }, done: true });
    if (batch.slow) return Response.json({ name, metadata: { state: 'BATCH_STATE_RUNNING' } });
    const { output } = batch;
    return Response.json({
      name,
      metadata: { model: 'models/gemini-2.5-flash', state: 'BATCH_STATE_SUCCEEDED', output },
      done: true,
      response: output,
    });
  };
  return { upload, answer };
}

/** Starts all of them. */
export function startFileAccounts(): FileAccounts {
  const uploaded: number[] = [];
  const openai = openaiAccount();
  const anthropic = anthropicAccount();
  const google = googleAccount(uploaded);
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname: path } = new URL(request.url);
      const bytes = await request.arrayBuffer();
      if (path === '/upload/v1beta/files') return google.upload(request, bytes.byteLength);
      const isJson = request.headers.get('content-type')?.includes('json') === true && bytes.byteLength > 0;
      const body = isJson ? (JSON.parse(new TextDecoder().decode(bytes)) as Json) : {};
      const asked = { method: request.method, path, body };
      if (path.startsWith('/v1beta/')) return google.answer(asked);
      return request.headers.has('anthropic-version') ? anthropic(asked) : openai(asked);
    },
  });
  return { port: server.port ?? 0, uploaded, stop: () => server.stop(true) };
}

/** Channels to all of them and the prices of their models, as `tollgate.yaml` has them. */
export const fileAccountsConfig = (port: number): { readonly channels: string; readonly prices: string } => ({
  channels: `
  - { name: keeper, provider: openai, baseUrl: "http://127.0.0.1:${port}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-4o-mini] }
  - { name: messages, provider: anthropic, baseUrl: "http://127.0.0.1:${port}", credentials: [{ apiKey: sk-upstream }], models: [claude-haiku-4-5] }
  - { name: contents, provider: gemini, baseUrl: "http://127.0.0.1:${port}", credentials: [{ apiKey: sk-upstream }], models: [gemini-2.5-flash, gemini-embedding-001] }`,
  prices: `
  - { name: claude-haiku-4-5, price: { input: 1, output: 5 } }
  - { name: gemini-2.5-flash, price: { input: 1, output: 3 } }
  - { name: gemini-embedding-001, price: { input: 0.15 } }
  - { name: gpt-4o-mini, price: { input: 1, output: 2 } }`,
});
