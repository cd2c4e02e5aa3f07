import { afterAll, describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import fc from 'fast-check';
import { defaultJsonLimits, readJson, readLargeJson } from '@tollgate/wire/json/read';
import { encodeText } from '@tollgate/wire/text';
import { setStage } from '../endpoints/testing/stage.ts';
import { openJsonThread } from '../services/json-thread.ts';

// Large bodies are parsed where they hold up nobody, and mean what they mean; large texts are refused.

const stage = setStage();
const thread = openJsonThread();
afterAll(() => thread.close());
const MB = 1 << 20;

describe('a body that is parsed in another thread', () => {
  const elsewhere = async (text: string) => {
    const bytes = encodeText(text);
    const { bytes: back, read } = await readLargeJson(bytes, thread.parse);
    expect(Buffer.from(back).equals(encodeText(text))).toBe(true);
    return read;
  };

  test('says what it says here, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ stringUnit: 'binary' }), async (text) => {
        expect(await elsewhere(text)).toEqual(readJson(encodeText(text)));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1},"constructor":2}',
    '{"n":12345678901234567890,"m":-0}',
    '{"a":"\\ud800"}',
    '',
    '{"a":',
    '[1,]',
    '\ufeff{}',
  ])('%s', async (text) => {
    const here = readJson(encodeText(text));
    const there = await elsewhere(text);
    if ('failure' in here) expect(there).toMatchObject({ failure: here.failure });
    else {
      expect(JSON.stringify(there)).toBe(JSON.stringify(here));
      expect('json' in there && Object.keys(there.json as object)).toEqual(Object.keys(here.json as object));
    }
  });

  test('is refused when it is no UTF-8', async () => {
    const { read } = await readLargeJson(Uint8Array.of(0x22, 0xff, 0x22), thread.parse);
    expect(read).toMatchObject({ failure: 'encoding' });
  });

  test('many at once come back each to its own, and the thread ends and begins again', async () => {
    const one = openJsonThread();
    const read = async (n: number) => await one.parse(encodeText(`{"n":${n}}`));
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => read(n)));
    expect(all.map((done) => 'json' in done && done.json)).toEqual(all.map((_, n) => ({ n })));
    const lost = read(1);
    one.close();
    const failure = await lost.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(await read(2)).toMatchObject({ json: { n: 2 } });
    one.close();
  });
});

const chat = (url: string) => ({
  model: 'm',
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
});

test('media pass, byte for byte, however large, and others are answered meanwhile', async () => {
  const up = await stage.upstream(async (response, received) => {
    response.setHeader('content-type', 'application/json');
    const content = `${received.text.length}`;
    response.end(JSON.stringify({ choices: [{ index: 0, message: { content }, finish_reason: 'stop' }] }));
  });
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
  const body = JSON.stringify(chat(`data:image/png;base64,${'A'.repeat(40 * MB)}`));
  const served = await gate.post(body);
  expect(served.status).toBe(200);
  expect(up.received[0]?.text).toBe(body.replace('"m"', '"m-upstream"'));
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
});

describe('text', () => {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, maxTextBytes: 4 * MB } };
  const say = (content: string) => ({ model: 'm', messages: [{ role: 'user', content }] });

  test.each([
    ['in lines', say('a line\n'.repeat(MB))],
    [
      'in many messages',
      { model: 'm', messages: Array.from({ length: 50_000 }, () => say('x'.repeat(100)).messages[0]) },
    ],
    ['in escapes', say('"'.repeat(3 * MB))],
  ])('beyond the setting is refused before it is parsed: %s', async (_, body) => {
    const up = await stage.upstream(() => undefined);
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { settings });
    const refused = await gate.post(body);
    expect([refused.status, await refused.json()]).toMatchObject([413, { error: { code: 'request_too_large' } }]);
    expect(up.received.length).toBe(0);
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  });

  test('below it passes, and so do media beside it', async () => {
    const up = await stage.upstream((response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}');
    });
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { settings });
    const media = chat(`data:image/png;base64,${'A'.repeat(6 * MB)}`);
    const both = { ...media, messages: [...media.messages, ...say('a line\n'.repeat(300_000)).messages] };
    for (const body of [say('a line\n'.repeat(300_000)), both]) expect((await gate.post(body)).status).toBe(200);
  });
});

test('what is text is told from media by its escapes and its length', () => {
  const read = (content: string, maxText: number) =>
    readJson(encodeText(JSON.stringify({ content })), { ...defaultJsonLimits, maxText });
  expect(read('A'.repeat(100_000), 1000)).toMatchObject({ duplicateKeys: false });
  expect(read('A'.repeat(60_000), 1000)).toMatchObject({ failure: 'too_much_text' });
  expect(read(`${'A'.repeat(100_000)}\n`, 1000)).toMatchObject({ failure: 'too_much_text' });
  expect(read('A'.repeat(60_000), 61_000)).toMatchObject({ duplicateKeys: false });
});
