import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import OpenAI from 'openai';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/**
 * Images and PDFs by URL, for upstreams that take their bytes: Gemini, which asks nothing without TLS, and Chat, which
 * takes no document by URL. The gateway fetches them where it may, and nowhere else.
 */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const pdf = Buffer.from('%PDF-1.7\n% a small one\n');

/** Serves the files, or sends who asks into private space. */
function startFiles() {
  const asked: { readonly path: string; readonly headers: Headers }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push({ path: pathname, headers: request.headers });
      if (pathname === '/inside') return Response.redirect('http://169.254.169.254/latest/meta-data/');
      if (pathname === '/elsewhere') return Response.redirect('/image');
      return new Response(pathname === '/pdf' ? pdf : png, { headers: { 'content-type': 'application/octet-stream' } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, port: server.port ?? 0, asked, stop: () => server.stop(true) };
}

/** Plays Gemini and Chat, and keeps what it was sent. */
function startUpstream() {
  const received: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      received.push(await request.text());
      if (new URL(request.url).pathname.startsWith('/v1beta/'))
        return Response.json({
          candidates: [{ content: { role: 'model', parts: [{ text: 'Seen.' }] }, finishReason: 'STOP' }],
          usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
        });
      return Response.json({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'x',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Seen.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, received, stop: () => server.stop(true) };
}

/** How each official client names a file by its URL; returns what was answered. */
type Ask = (url: string, key: string, model: string, media: Media) => Promise<string>;
type Media = { readonly image?: string; readonly pdf?: string };

const asks: Readonly<Record<'chat' | 'responses' | 'messages' | 'gemini', Ask>> = {
  async chat(url, apiKey, model, media) {
    const content: OpenAI.ChatCompletionContentPart[] = [{ type: 'text', text: 'See.' }];
    if (media.image !== undefined) content.push({ type: 'image_url', image_url: { url: media.image } });
    const sdk = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
    const answer = await sdk.chat.completions.create({ model, messages: [{ role: 'user', content }] });
    return answer.choices[0]?.message.content ?? '';
  },
  async responses(url, apiKey, model, media) {
    const content: OpenAI.Responses.ResponseInputContent[] = [{ type: 'input_text', text: 'See.' }];
    if (media.image !== undefined) content.push({ type: 'input_image', image_url: media.image, detail: 'auto' });
    if (media.pdf !== undefined) content.push({ type: 'input_file', file_url: media.pdf });
    const sdk = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
    return (await sdk.responses.create({ model, store: false, input: [{ role: 'user', content }] })).output_text;
  },
  async messages(url, apiKey, model, media) {
    const content: Anthropic.ContentBlockParam[] = [{ type: 'text', text: 'See.' }];
    if (media.image !== undefined) content.push({ type: 'image', source: { type: 'url', url: media.image } });
    if (media.pdf !== undefined) content.push({ type: 'document', source: { type: 'url', url: media.pdf } });
    const sdk = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
    const answer = await sdk.messages.create({ model, max_tokens: 10, messages: [{ role: 'user', content }] });
    return answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  },
  async gemini(url, apiKey, model, media) {
    const fileUri = media.pdf ?? media.image ?? '';
    const mimeType = media.pdf === undefined ? 'image/png' : 'application/pdf';
    const sdk = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
    const contents = [{ role: 'user', parts: [{ text: 'See.' }, { fileData: { fileUri, mimeType } }] }];
    return (await sdk.models.generateContent({ model, contents })).text ?? '';
  },
};

let files: ReturnType<typeof startFiles>;
let upstream: ReturnType<typeof startUpstream>;
let gateway: Gateway;
let books: Books;
let apiKey = '';
let charged = 0;

/** `allowPrivate` as YAML. */
const config = (allowPrivate: string): string => `
channels:
  - { name: gemini, provider: gemini, baseUrl: "${upstream.url}", credentials: [{ apiKey: sk-up }], models: [on-gemini] }
  - { name: chat, provider: deepseek, settings: { textApi: chat }, baseUrl: "${upstream.url}", credentials: [{ apiKey: sk-up }], models: [on-chat] }
models:
  - { name: on-gemini, price: { input: 1, output: 2 } }
  - { name: on-chat, price: { input: 1, output: 2 } }
settings:
  media: { fetch: { allowPrivate: ${allowPrivate}, ports: [80, ${files.port}] } }
`;

beforeAll(async () => {
  files = startFiles();
  upstream = startUpstream();
  gateway = await startGateway({ config: config('[127.0.0.1/32]'), commands: setUpRoot });
  books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  apiKey = (await admin.createKey('media')).key;
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await files?.stop();
  await upstream?.stop();
});

const cases: readonly (readonly [client: keyof typeof asks, model: string, what: 'image' | 'pdf'])[] = [
  ['messages', 'on-gemini', 'image'],
  ['messages', 'on-gemini', 'pdf'],
  ['responses', 'on-gemini', 'image'],
  ['responses', 'on-gemini', 'pdf'],
  ['chat', 'on-gemini', 'image'],
  ['messages', 'on-chat', 'pdf'],
  ['responses', 'on-chat', 'pdf'],
  ['gemini', 'on-chat', 'pdf'],
];

test.each(cases)('a client of %s on %s: a URL of %s arrives as bytes', async (client, model, what) => {
  charged++;
  const before = files.asked.length;
  expect(await asks[client](gateway.url, apiKey, model, { [what]: `${files.url}/${what}?signature=s3cret` })).toBe(
    'Seen.',
  );
  const sent = upstream.received.at(-1) ?? '';
  const type = what === 'pdf' ? 'application/pdf' : 'image/png';
  const bytes = (what === 'pdf' ? pdf : png).toString('base64');
  expect(sent).not.toContain(files.url);
  if (model === 'on-gemini') expect(sent).toContain(`"inlineData":{"mimeType":"${type}","data":"${bytes}"}`);
  else expect(sent).toContain(`"file_data":"data:${type};base64,${bytes}"`);
  const [asked, ...more] = files.asked.slice(before);
  expect([asked?.path, more]).toEqual([`/${what}`, []]);
  // Nothing of the client's goes along.
  expect(Object.fromEntries(asked?.headers ?? [])).toEqual({
    accept: '*/*',
    'accept-encoding': 'identity',
    connection: 'close',
    host: `127.0.0.1:${files.port}`,
    'user-agent': 'Tollgate',
  });
});

test('a redirect to where it may ask is followed', async () => {
  charged++;
  expect(await asks.messages(gateway.url, apiKey, 'on-gemini', { image: `${files.url}/elsewhere` })).toBe('Seen.');
  expect(upstream.received.at(-1)).toContain(png.toString('base64'));
});

/** The status and the code or kind of the error that an SDK throws, and all it says. */
async function refusal(asking: Promise<unknown>): Promise<{ readonly status: unknown; readonly text: string }> {
  try {
    await asking;
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error)) throw error;
    return { status: error.status, text: `${error.message} ${JSON.stringify(error)}` };
  }
  throw new Error('it was answered');
}

describe('a URL that the gateway may not ask', () => {
  const urls: Readonly<Record<string, (port: number) => string>> = {
    'cloud metadata': () => 'http://169.254.169.254/latest/meta-data/',
    'metadata as a number': () => 'http://2852039166/latest/meta-data/',
    'mapped into IPv6': () => 'http://[::ffff:169.254.169.254]/',
    'another loopback address': (port) => `http://127.0.0.2:${port}/image`,
    'a redirect into private space': (port) => `http://127.0.0.1:${port}/inside`,
    'a port': () => 'http://example.com:22/',
    'a private network': () => 'http://10.0.0.1/image',
  };
  for (const client of ['messages', 'responses', 'chat'] as const) {
    test.each(Object.keys(urls))(`${client}: %s`, async (name) => {
      const before = upstream.received.length;
      const image = urls[name]?.(files.port) ?? '';
      const { status, text } = await refusal(asks[client](gateway.url, apiKey, 'on-gemini', { image }));
      expect(status).toBe(400);
      expect(text).toContain('invalid_request_error');
      expect(text).toMatch(
        /is not fetched: (after a redirect, )?(its host has no public address|port 22 is not among)/,
      );
      expect(text).not.toContain('meta-data');
      expect(upstream.received.length).toBe(before);
    });
  }

  test('in Gemini’s own words, and not for a stream either', async () => {
    const ask = (method: string) =>
      fetch(`${gateway.url}/v1beta/models/on-chat:${method}`, {
        method: 'POST',
        headers: { 'x-goog-api-key': apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({
          contents: [
            { role: 'user', parts: [{ fileData: { fileUri: 'http://10.0.0.1/a', mimeType: 'application/pdf' } }] },
          ],
        }),
      });
    for (const method of ['generateContent', 'streamGenerateContent?alt=sse']) {
      const response = await ask(method);
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { code: 400, status: 'INVALID_ARGUMENT' } },
      ]);
    }
  });

  test('loopback, unless a setting says so', async () => {
    const strict = await startGateway({ config: config('[]'), commands: setUpRoot });
    const itsBooks = openBooks(strict, undefined);
    try {
      const admin = await openAdmin(strict);
      await admin.credit('1');
      const { key } = await admin.createKey('media');
      const [asked, sent] = [files.asked.length, upstream.received.length];
      for (const client of ['messages', 'responses', 'chat'] as const) {
        const { status, text } = await refusal(
          asks[client](strict.url, key, 'on-gemini', { image: `${files.url}/image?signature=s3cret` }),
        );
        expect([status, text]).toMatchObject([400, expect.stringContaining('its host has no public address')]);
      }
      expect([files.asked.length, upstream.received.length]).toEqual([asked, sent]);
      await until('the records', async () => ((await itsBooks.requests()).length >= 3 ? true : undefined));
      expect(new Set((await itsBooks.requests()).map((row) => `${row.status} ${row.errorCode} ${row.amount}`))).toEqual(
        new Set(['400 media_url_not_allowed 0']),
      );
      expect(await itsBooks.charges()).toEqual([]);
      expect(await verify(strict)).toEqual(balanced);
      expect(strict.output()).toContain('was not fetched');
      expect(strict.output()).not.toContain('s3cret');
      expect(await itsBooks.dump()).not.toContain('s3cret');
    } finally {
      await itsBooks.close();
      await endWell(strict);
    }
  });
});

test('what was answered is charged once, what was refused is not, and the books agree', async () => {
  await until('all charges', async () => ((await books.charges()).length >= charged ? true : undefined));
  const charges = await books.charges();
  expect(charges.length).toBe(charged);
  expect(new Set(charges.map((charge) => `${charge.source} ${charge.amount}`))).toEqual(new Set(['provider 20000']));
  expect(await verify(gateway)).toEqual(balanced);
  expect(gateway.output()).not.toContain('s3cret');
  expect(await books.dump()).not.toContain('s3cret');
});
