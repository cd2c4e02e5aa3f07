import { afterAll, describe, expect, test } from 'bun:test';
import { openLane } from './lane.ts';
import type { Answer } from './lane.ts';
import { runJob } from './load.ts';
import { startMock } from './mock-upstream.ts';

const mock = startMock(0, { chunks: 5, gapMs: 1 });
afterAll(() => mock.stop());
const url = `http://127.0.0.1:${mock.port}/v1/chat/completions`;

async function ask(body: string): Promise<Answer> {
  const lane = await openLane({ url, key: 'k', body });
  try {
    return await new Promise((resolve) => lane.send(resolve));
  } finally {
    lane.close();
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

  test('a lane knows where an answer ends, whole and streamed', async () => {
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
