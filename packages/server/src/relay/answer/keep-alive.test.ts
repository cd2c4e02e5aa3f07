import { afterEach, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { readFrames } from '@tollgate/wire/json/sse';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../testing/gateway.ts';
import { delta, finish, frame, openScriptedUpstream, usageChunk } from '../testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const soon = { holdBackMs: 60, keepAliveMs: 120 };

/** A gateway before one upstream, which accepts a stream and then does what the test says. */
async function stage({
  provider = 'openai',
  upstreams = 1,
  ...relay
}: Partial<Settings['relay']> & {
  readonly provider?: string;
  readonly upstreams?: number;
} = {}) {
  const accepted: ServerResponse[] = [];
  const up = await openScriptedUpstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    accepted.push(response);
  });
  const channels = Array.from({ length: upstreams }, (_, index) =>
    channelOf({ id: `c${index}`, baseUrl: up.baseUrl, provider }),
  );
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...soon, ...relay } };
  const gate = await openTestGateway(snapshotOf(channels, settings));
  open.push(gate, up);
  const upstream = async (index = 0): Promise<ServerResponse> => {
    for (;;) {
      const one = accepted[index];
      if (one) return one;
      await Bun.sleep(2);
    }
  };
  return { gate, upstream, accepted };
}

/** A client that reads as much as it is asked to. */
async function listen(gate: TestGateway, body: unknown, path?: string) {
  const response = await gate.post(body, path === undefined ? {} : { path });
  const reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> } = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const until = async (holds: (text: string) => boolean): Promise<string> => {
    while (!holds(text)) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    return text;
  };
  return { response, until, rest: () => until(() => false) };
}

const eventsOf = (text: string) => readFrames().push(new TextEncoder().encode(text));
const messages = [{ role: 'user', content: 'x' }];
const answer = [frame(delta('Hello')), frame(finish()), frame(usageChunk(10, 5)), frame('[DONE]')];
const count = (text: string, piece: string): number => text.split(piece).length - 1;

const wire = join(import.meta.dir, '../../../../wire/src/protocols');
const recorded = (protocol: string): string => readFileSync(join(wire, protocol, 'fixtures/text/stream.sse'), 'utf8');

const comment = ': keep-alive\n\n';
const clients = [
  [
    'openai-chat',
    'openai',
    '/v1/chat/completions',
    { model: 'm', messages, stream: true, stream_options: { include_usage: true } },
    comment,
  ],
  ['openai-responses', 'openai', '/v1/responses', { model: 'm', input: 'x', stream: true }, comment],
  ['anthropic-messages', 'anthropic', '/v1/messages', { model: 'm', max_tokens: 9, messages, stream: true }, comment],
  [
    'gemini',
    'gemini',
    '/v1beta/models/m:streamGenerateContent?alt=sse',
    { contents: [{ role: 'user', parts: [{ text: 'x' }] }] },
    '\n\n',
  ],
  ['gemini-interactions', 'gemini', '/v1beta/interactions', { model: 'm', input: 'x', stream: true }, '\n\n'],
] as const;

describe.each(clients)('a client of %s whose model thinks', (protocol, provider, path, body, silence) => {
  test('hears that it is there before the first text, on the same protocol', async () => {
    const { gate, upstream } = await stage({ provider });
    const asking = listen(gate, body, path);
    const sending = await upstream();
    const client = await asking;
    expect(client.response.status).toBe(200);
    expect(await client.until((text) => text.length >= 2 * silence.length)).toBe(silence.repeat(2));
    sending.end(recorded(protocol));
    const text = await client.rest();
    // Between the same bytes stand only those that mean nothing.
    expect(text.replaceAll(comment, '').trim()).toBe(recorded(protocol).trim());
    expect(gate.records).toMatchObject([{ endReason: 'completed', usageSource: 'provider' }]);
  });

  test('and translated, of an upstream that speaks another', async () => {
    const { gate, upstream } = await stage({ provider: protocol === 'openai-chat' ? 'anthropic' : 'mistral' });
    const asking = listen(gate, body, path);
    const sending = await upstream();
    const client = await asking;
    expect(await client.until((text) => text.length >= silence.length)).toBe(silence);
    sending.end(protocol === 'openai-chat' ? recorded('anthropic-messages') : answer.join(''));
    const text = await client.rest();
    expect(text).toContain(protocol === 'openai-chat' ? '[DONE]' : 'Hello');
    expect(eventsOf(text).length).toBeGreaterThan(1);
    expect(text).not.toContain('"error":{');
    expect(gate.records).toMatchObject([{ endReason: 'completed' }]);
  });

  test('is told within the stream of what fails from then on, and nobody else is asked', async () => {
    const { gate, upstream, accepted } = await stage({ provider, upstreams: 2 });
    const asking = listen(gate, body, path);
    const sending = await upstream();
    const client = await asking;
    await client.until((text) => text.length > 0);
    sending.destroy();
    const text = await client.rest();
    const [told] = eventsOf(text).slice(-1);
    expect(told?.data).toContain('broke its answer off');
    expect(text).not.toContain('[DONE]');
    expect(accepted).toHaveLength(1);
    expect(gate.records).toMatchObject([{ status: 200, endReason: 'upstream_cut', charge: undefined, ttftMs: 0 }]);
    expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['cut']);
  });
});

const streamed = { model: 'm', messages, stream: true };

describe('a stream in which nothing comes', () => {
  test('passes on what its upstream says to stay alive', async () => {
    const { gate, upstream } = await stage();
    const asking = listen(gate, streamed);
    (await upstream()).write(': OPENROUTER PROCESSING\n\n');
    const client = await asking;
    expect(await client.until((text) => text.includes('\n\n'))).toStartWith(': OPENROUTER PROCESSING\n\n');
  });

  test('is one whose first text counts, not its head', async () => {
    const { gate, upstream } = await stage();
    const asking = listen(gate, streamed);
    const sending = await upstream();
    const client = await asking;
    await client.until((text) => count(text, comment) >= 2);
    sending.end(answer.join(''));
    await client.rest();
    expect(gate.records[0]?.ttftMs).toBeGreaterThanOrEqual(soon.holdBackMs + soon.keepAliveMs / 2);
  });

  test('is kept alive between two events, and not within one', async () => {
    const { gate, upstream } = await stage();
    const asking = listen(gate, streamed);
    const sending = await upstream();
    sending.write(frame(delta('Hel')));
    const client = await asking;
    await client.until((text) => text.includes(comment));
    const [first, second] = [frame(delta('lo')).slice(0, 20), frame(delta('lo')).slice(20)];
    sending.write(first);
    const before = count(await client.until(() => true), comment);
    await client.until((text) => count(text, comment) > before);
    sending.end(second + answer.slice(1).join(''));
    const text = await client.rest();
    expect(text.replaceAll(comment, '')).toBe(
      frame(delta('Hel')) + frame(delta('lo')) + frame(finish()) + frame('[DONE]'),
    );
  });

  test('that is too long to be read passes in pieces, between which nothing is put', async () => {
    const { gate, upstream } = await stage();
    const asking = listen(gate, streamed);
    const sending = await upstream();
    const long = delta('x'.repeat(9 << 20));
    sending.write(frame(long).slice(0, -10));
    const client = await asking;
    await client.until((text) => text.length > 8 << 20);
    await Bun.sleep(3 * soon.keepAliveMs);
    sending.end(frame(long).slice(-10) + answer.slice(1).join(''));
    const text = await client.rest();
    expect(text.slice(text.indexOf('data: '))).toStartWith(frame(long));
  });

  test('is ended by its own deadline, comments or not', async () => {
    const { gate, upstream } = await stage({ idleTimeoutMs: 600 });
    const asking = listen(gate, streamed);
    await upstream();
    const client = await asking;
    const text = await client.rest();
    expect(count(text, comment)).toBeGreaterThan(1);
    expect(eventsOf(text).at(-1)?.data).toContain('fell silent');
    expect(gate.records).toMatchObject([{ endReason: 'upstream_timeout_idle' }]);
  });

  test('and that ends with nothing is told to have failed', async () => {
    const { gate, upstream } = await stage({ upstreams: 2 });
    const asking = listen(gate, streamed);
    const sending = await upstream();
    const client = await asking;
    await client.until((text) => text.length > 0);
    sending.end(frame(finish()) + frame('[DONE]'));
    const text = await client.rest();
    expect(eventsOf(text).at(-1)?.data).toContain('without any content');
    expect(text).not.toContain('[DONE]');
    expect(gate.records).toMatchObject([{ endReason: 'upstream_empty', charge: undefined }]);
  });

  test('is not begun where the settings say to wait, so that another may be asked', async () => {
    const { gate, upstream, accepted } = await stage({ upstreams: 2, holdBackMs: 0 });
    const asking = listen(gate, streamed);
    const sending = await upstream();
    await Bun.sleep(4 * soon.holdBackMs);
    sending.destroy();
    (await upstream(1)).end(answer.join(''));
    const client = await asking;
    expect(await client.rest()).toContain('Hello');
    expect(accepted).toHaveLength(2);
  });

  test('gets no comments where the settings say so', async () => {
    const { gate, upstream } = await stage({ keepAliveMs: 0 });
    const asking = listen(gate, streamed);
    const sending = await upstream();
    sending.write(': mine\n\n');
    const client = await asking;
    await client.until((text) => text.includes('mine'));
    await Bun.sleep(2 * soon.keepAliveMs);
    sending.end(answer.join(''));
    expect(count(await client.rest(), comment)).toBe(0);
  });

  test('of items in an array has white space between them, and nothing before the first', async () => {
    const { gate, upstream } = await stage({ provider: 'gemini' });
    const path = '/v1beta/models/m:streamGenerateContent';
    const asking = listen(gate, { contents: [{ role: 'user', parts: [{ text: 'x' }] }] }, path);
    const sending = await upstream();
    const [first = '', ...others] = recorded('gemini').split(/(?<=\n\n)/);
    sending.write(first);
    const client = await asking;
    await client.until((text) => text.endsWith('}\n'));
    sending.end(others.join(''));
    const items: unknown = JSON.parse(await client.rest());
    expect(items).toHaveLength(others.length + 1);
  });
});
