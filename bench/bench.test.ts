import { afterAll, describe, expect, test } from 'bun:test';
import { openConnection } from './connection.ts';
import type { Answer } from './connection.ts';
import { runJob } from './load.ts';
import { codecCases, measureCodec } from './codec.ts';
import { largeCases, pairs } from './matrix.ts';
import { largeTable, pairTable, ratiosOf } from './matrix-report.ts';
import { startMock } from './mock-upstream.ts';
import { sampleProtocols, protocolSamples, type SampleProtocol, type UpstreamName } from './protocol-samples.ts';
import { parseObject } from '@tollgate/wire/json/fields';
import { bedrockEgress } from '@tollgate/wire/protocols/bedrock-converse/egress';
import { codecOf, eventsOf, eventsOfBytes } from '@tollgate/wire/protocols/testing/codecs';

const mock = startMock(0, { chunks: 5, gapMs: 1 });
afterAll(() => mock.stop());
const url = `http://127.0.0.1:${mock.port}/v1/chat/completions`;

async function ask(body: string): Promise<Answer> {
  const connection = await openConnection({ url, key: 'k', body });
  try {
    return await new Promise((resolve) => connection.send(resolve));
  } finally {
    connection.close();
  }
}

describe('what measures', () => {
  test('the mock answers whole, with usage, in about a kilobyte', async () => {
    const answer = await fetch(url, { method: 'POST', body: '{"messages":[]}' });
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ usage: { prompt_tokens: 12, completion_tokens: 50 } });
    expect(text.length).toBeGreaterThan(700);
  });

  test('the mock streams so many chunks, and usage only when asked', async () => {
    const read = async (body: string) => await (await fetch(url, { method: 'POST', body })).text();
    const plain = await read('{"stream":true}');
    expect(plain.match(/"content":"[^"]/g)?.length).toBe(5);
    expect(plain).toEndWith('data: [DONE]\n\n');
    expect(plain).not.toContain('"usage":{');
    expect(await read('{"stream":true,"stream_options":{"include_usage":true}}')).toContain('"usage":{');
  });

  test('a connection knows where an answer ends, whole and streamed', async () => {
    expect(await ask('{}')).toMatchObject({ status: 200, complete: true });
    const streamed = await ask('{"stream":true}');
    expect(streamed).toMatchObject({ status: 200, complete: true });
    expect(streamed.totalMs).toBeGreaterThanOrEqual(streamed.firstByteMs);
  });

  test('a job counts what was answered and what was not', async () => {
    const job = { mode: 'closed', connections: 4, perSecond: 0, warmupMs: 20, durationMs: 150 } as const;
    const good = await runJob({ ...job, target: { url, key: 'k', body: '{}' } });
    expect(good.failed).toBe(0);
    expect(good.completed).toBeGreaterThan(0);
    const dead = await runJob({ ...job, target: { url: 'http://127.0.0.1:1/', key: 'k', body: '{}' } });
    expect(dead.completed).toBe(0);
    expect(dead.failed).toBeGreaterThan(0);
  });
});

describe('the matrix', () => {
  const at = (path: string): string => `http://127.0.0.1:${mock.port}${path}`;

  test.each(sampleProtocols)('the mock answers in %s, and the codec understands all of it', async (name) => {
    const sample = protocolSamples[name];
    const { egress } = codecOf(name);
    const body = sample.request('m', false);
    const whole = await (await fetch(at(sample.path('m', false)), { method: 'POST', body })).text();
    const read = egress.readResponse(parseObject(whole) ?? {}, { requestId: 'r' });
    expect(read).toMatchObject({ choices: [{ finish: { reason: 'stop' } }], usage: { outputText: 50 } });
    const streamed = await fetch(at(sample.path('m', true)), { method: 'POST', body: sample.request('m', true) });
    const events = eventsOf(egress, await streamed.text());
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(5);
    expect(events.at(-1)).toEqual({ type: 'response-end' });
  });

  test('the mock answers as Bedrock does, which no client speaks', async () => {
    const ask = (verb: string) => fetch(at(`/model/m/${verb}`), { method: 'POST', body: '{}' });
    const whole = bedrockEgress.readResponse(parseObject(await (await ask('converse')).text()) ?? {}, {
      requestId: 'r',
    });
    expect(whole).toMatchObject({ choices: [{ finish: { reason: 'stop' } }], usage: { outputText: 50 } });
    const streamed = await ask('converse-stream');
    expect(streamed.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const events = eventsOfBytes(bedrockEgress, [await streamed.bytes()]);
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(5);
    expect(events.at(-1)).toEqual({ type: 'response-end' });
  });

  test('bursts bring several events at once, and the last one what is left', async () => {
    const bursting = startMock(0, { chunks: 5, gapMs: 1, burst: 3 });
    try {
      const asked = await fetch(`http://127.0.0.1:${bursting.port}/v1/messages`, {
        method: 'POST',
        body: protocolSamples['anthropic-messages'].request('m', true),
      });
      const text = await asked.text();
      expect(text.match(/event: content_block_delta/g)).toHaveLength(5);
      expect(text).toEndWith('data: {"type":"message_stop"}\n\n');
    } finally {
      bursting.stop();
    }
  });

  test.each(sampleProtocols)('a request in %s is one that its reader takes whole, of about 2 KB', (name) => {
    const body = protocolSamples[name].request('m', true);
    expect(body.length).toBeWithin(1900, 2600);
    const read = codecOf(name).ingress.readRequest(parseObject(body) ?? {}, {
      operation: 'chat',
      model: 'm',
      stream: true,
    });
    expect(read).toMatchObject({ losses: [], value: { messages: expect.anything(), tools: [expect.anything()] } });
  });

  test('large requests are as large as they say, and go over a socket in pieces', async () => {
    const cases = largeCases();
    expect(cases.map(({ kind }) => kind)).toContain('image');
    for (const { kind, body, client, upstream } of cases) {
      const megabytes = body.length / (1 << 20);
      expect(megabytes).toBeWithin(kind === 'image' ? 8 : 0.99, kind === 'image' ? 8.01 : 1.05);
      const connection = await openConnection({
        url: at(protocolSamples[client].path(upstream, false)),
        key: 'k',
        body,
      });
      const answer = await new Promise<Answer>((resolve) => connection.send(resolve));
      connection.close();
      expect(answer).toMatchObject({ status: 200, complete: true });
    }
  });

  test('a pair is held to the dearer of its two passthroughs, or to the only one', () => {
    const pair = (client: SampleProtocol, upstream: UpstreamName, micros: number | undefined) => ({
      client,
      upstream,
      micros,
    });
    const [, , there, back, lone] = ratiosOf([
      pair('openai-chat', 'openai-chat', 10),
      pair('gemini', 'gemini', 40),
      pair('openai-chat', 'gemini', 60),
      pair('gemini', 'openai-chat', undefined),
      pair('openai-chat', 'bedrock-converse', 30),
    ]);
    expect(there).toMatchObject({ ofClient: 6, ofUpstream: 1.5, judged: 1.5 });
    expect(back).toMatchObject({ ofClient: undefined, judged: undefined });
    expect(lone).toMatchObject({ ofClient: 3, ofUpstream: undefined, judged: 3 });
  });

  test('tables say what was kept and what was missed', () => {
    const rows = pairs.map((pair) => ({
      ...pair,
      samples: [{ cpuMicros: pair.client === pair.upstream ? 10 : 16, completed: 1, failed: 0 }],
    }));
    expect(pairTable('whole', rows).match(/missed/g)).toHaveLength(16);
    expect(pairTable('burst', rows).match(/kept/g)).toHaveLength(16);
    const times = (p50: number) => ({ p50, p99: p50 * 2, max: p50 * 2 });
    const large = largeTable([
      {
        client: 'gemini',
        upstream: 'gemini',
        name: '1 MB',
        kind: 'image',
        samples: [{ direct: times(1), gateway: times(12), failed: 0 }],
        memory: { baselineMb: 100, firstMb: 41.5, laterMb: 60, failed: 0 },
      },
    ]);
    expect(large).toContain('40 kept');
    expect(large).toContain('40 missed');
    expect(large).toContain('11');
  });

  test('the codec alone is measured for every pair', () => {
    const results = measureCodec({ rounds: 1, sampleMs: 0 });
    expect(results).toHaveLength(codecCases.length);
    expect(results.every(({ least }) => least > 0)).toBe(true);
  });
});
