import { GoogleGenAI } from '@google/genai';
import { expect, test, setDefaultTimeout } from 'bun:test';
import OpenAI, { toFile } from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks } from '../books.ts';
import { eachDatabase } from '../databases.ts';
import { freePort, startGateway, type GatewayOptions } from '../gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/** `kill -9` while batches are worked on: what they may cost stays reserved, and each is charged by its results, once. */

const chatUsage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
const geminiUsage = { promptTokenCount: 8, candidatesTokenCount: 2, totalTokenCount: 10 };
const answer = { candidates: [{ content: { parts: [{ text: 'Hi' }] } }], usageMetadata: geminiUsage };
/** By prices of 1 USD a million tokens, whatever they are. */
const owed = { openai: 14_000n, inline: 10_000n, ofFile: 20_000n } as const;

/** Accounts that work on batches until they are told to be done with all of them. */
function startAccounts() {
  const state = { done: false };
  const googleState = (): string => (state.done ? 'BATCH_STATE_SUCCEEDED' : 'BATCH_STATE_RUNNING');
  const googleBatch = (name: string): object => {
    const inline = { inlinedResponses: { inlinedResponses: [{ response: answer }] } };
    const output = name === 'batches/inline' ? inline : { responsesFile: 'files/out' };
    return { name, metadata: { state: googleState(), ...(state.done && { output }) }, done: state.done };
  };
  const resultLines = ['a', 'b'].map((key) => JSON.stringify({ key, response: answer })).join('\n');
  const chatLine = JSON.stringify({ custom_id: 'a', response: { status_code: 200, body: { usage: chatUsage } } });
  const upload = (request: Request, size: number): Response =>
    request.headers.get('x-goog-upload-command') === 'start'
      ? new Response(null, { headers: { 'x-goog-upload-url': 'https://google.example/upload?upload_id=u' } })
      : Response.json(
          { file: { name: 'files/in', sizeBytes: `${size}`, state: 'ACTIVE', expirationTime: '2999-01-01T00:00:00Z' } },
          { headers: { 'x-goog-upload-status': 'final' } },
        );
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const text = await request.text();
      if (pathname === '/upload/v1beta/files') return upload(request, text.length);
      if (pathname.endsWith(':batchGenerateContent'))
        return Response.json({
          name: text.includes('"fileName"') ? 'batches/of-file' : 'batches/inline',
          metadata: {},
        });
      if (pathname.startsWith('/v1beta/batches/')) return Response.json(googleBatch(pathname.slice('/v1beta/'.length)));
      if (pathname.endsWith('files/out:download')) return new Response(resultLines);
      if (pathname === '/v1/files') return Response.json({ id: 'file-1', object: 'file', purpose: 'batch' });
      if (pathname.endsWith('/content')) return new Response(chatLine);
      const batch = { id: 'batch_1', object: 'batch', endpoint: '/v1/chat/completions', input_file_id: 'file-1' };
      return Response.json({
        ...batch,
        ...(state.done ? { status: 'completed', output_file_id: 'file-out' } : { status: 'in_progress' }),
      });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, state, stop: () => server.stop(true) };
}

const config = (url: string): string => `
channels:
  - { name: keeper, provider: openai, baseUrl: "${url}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-4o-mini] }
  - { name: contents, provider: gemini, baseUrl: "${url}", credentials: [{ apiKey: sk-upstream }], models: [gemini-2.5-flash] }
models:
  - { name: gpt-4o-mini, price: { input: 1, output: 1 } }
  - { name: gemini-2.5-flash, price: { input: 1, output: 1 } }
`;

async function beginAll(url: string, key: string): Promise<void> {
  const openai = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
  const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  const endpoint = '/v1/chat/completions' as const;
  const body = { model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] };
  const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: endpoint, body });
  const file = await openai.files.create({ purpose: 'batch', file: await toFile(Buffer.from(line), 'in.jsonl') });
  await openai.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h' });
  const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
  await google.batches.create({ model: 'gemini-2.5-flash', src: [{ contents }] });
  const lines = ['a', 'b'].map((name) => JSON.stringify({ key: name, request: { contents } })).join('\n');
  const uploaded = await google.files.upload({ file: new Blob([lines]), config: { mimeType: 'application/jsonl' } });
  await google.batches.create({ model: 'gemini-2.5-flash', src: { fileName: uploaded.name ?? '' } });
}

eachDatabase('kill -9 with batches under way', ['sqlite', 'postgres'], (create) => {
  test('each is charged by its results, once', async () => {
    const accounts = startAccounts();
    const database = await create();
    const folder = await temporaryFolder();
    const options: GatewayOptions = {
      dataDir: folder.path,
      port: await freePort(),
      ...(database.url === undefined ? {} : { databaseUrl: database.url }),
    };
    let gateway = await startGateway({ ...options, config: config(accounts.url), commands: setUpRoot });
    const books = openBooks(gateway, database.url);
    const kill = async (): Promise<void> => {
      expect(await gateway.end('SIGKILL')).toBe(137);
      gateway = await startGateway(options);
    };
    try {
      const admin = await openAdmin(gateway);
      await admin.credit('1');
      const { key } = await admin.createKey('batches');
      await beginAll(gateway.url, key);
      await kill();
      expect(await books.charges()).toEqual([]);
      expect(await verify(gateway)).toEqual(balanced);
      accounts.state.done = true;
      // Whenever it dies while they are charged, which may be before, between and after them.
      for (const pauseMs of [300, 900]) {
        await Bun.sleep(pauseMs);
        await kill();
      }
      await until('all are charged', async () => (await books.charges()).length === 3, 40_000);
      await Bun.sleep(500);
      const amounts = (await books.charges()).map(({ amount }) => amount).toSorted((a, b) => Number(a - b));
      expect(amounts).toEqual([owed.inline, owed.openai, owed.ofFile]);
      expect(await books.balance(admin.userId)).toBe(1_000_000_000n - owed.openai - owed.inline - owed.ofFile);
      expect(await gateway.end('SIGTERM')).toBe(0);
      expect(await verify(gateway)).toEqual(balanced);
    } finally {
      await gateway.stop();
      await books.close();
      await database.drop();
      await folder.remove();
      await accounts.stop();
    }
  });
});
