import { defaultSettings } from '@tollgate/contract/settings';
import { describe, expect, test } from 'bun:test';
import type { Received } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';

const stage = setStage();
const path = '/v1/images/generations';
const ask = { model: 'm', prompt: 'A cat', n: 2, size: '1024x1024' };

/** 4 cents a picture. */
const each = priceOf({ images: 40_000_000_000_000n });

type Answer = readonly [status: number, body: object];
const taskId = 't-1';
const state = (task_status: string, more: object = {}): Answer => [
  200,
  { request_id: 'r', output: { task_id: taskId, task_status, ...more } },
];
const done = state('SUCCEEDED', {
  results: [{ url: 'https://cdn.example/1.png' }, { code: 'InternalError.Timeout', message: 'late' }],
});

type Vendor = { readonly provider: string; readonly upstream: string };
const wan: Vendor = { provider: 'alibaba', upstream: 'wan2.2-t2i-flash' };
const flux: Vendor = { provider: 'replicate', upstream: 'black-forest-labs/flux-schnell' };

/** A vendor that says these in turn, and the last of them ever after; one word stands in the way of whoever gives up. */
async function open({ provider, upstream }: Vendor, answers: readonly Answer[], policy: 'drain' | 'cancel' = 'drain') {
  let told = 0;
  const up = await stage.upstream((response, { path: at }) => {
    const [status, body] = at.endsWith('/cancel')
      ? [200, {}]
      : (answers[Math.min(told++, answers.length - 1)] ?? [500, {}]);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const relay = { ...defaultSettings.relay, disconnectPolicy: policy, totalTimeoutMs: 20_000 };
  const spec = { id: 'a', baseUrl: up.baseUrl, provider, models: { m: upstream } };
  const gate = await stage.gateway([spec], { price: each, settings: { ...defaultSettings, relay } });
  /** Lets time pass until it holds. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      gate.skip(500);
      await Bun.sleep(5);
    }
  };
  const asked = async (body: object = ask, signal?: AbortSignal): Promise<Response | undefined> => {
    let over = false;
    const answer = gate.post(body, { path, ...(signal && { signal }) }).catch(() => undefined);
    void answer.finally(() => (over = true));
    await until(() => over);
    return await answer;
  };
  return { up, gate, asked, until };
}

const calls = (received: readonly Received[]): readonly string[] =>
  received.map(({ method, path: at }) => `${method} ${at}`);

describe('pictures that a vendor only begins', () => {
  test('are asked after until they are there, and charged by those that came', async () => {
    const { up, gate, asked } = await open(wan, [
      state('PENDING'),
      state('RUNNING'),
      [503, {}],
      state('RUNNING'),
      done,
    ]);
    const response = await asked();
    expect(await response?.json()).toEqual({
      created: expect.any(Number) as number,
      data: [{ url: 'https://cdn.example/1.png' }],
    });
    expect(calls(up.received)).toEqual([
      'POST /api/v1/services/aigc/text2image/image-synthesis',
      ...Array.from({ length: 4 }, () => `GET /api/v1/tasks/${taskId}`),
    ]);
    expect(up.received[0]?.headers['x-dashscope-async']).toBe('enable');
    expect(up.received[0]?.json).toEqual({
      model: 'wan2.2-t2i-flash',
      input: { prompt: 'A cat' },
      parameters: { n: 2, size: '1024*1024' },
    });
    expect(gate.records[0]).toMatchObject({ usage: { images: 1 }, usageSource: 'provider', endReason: 'completed' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(40_000_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('are answered whole to who asked for a stream, whose events have no addresses', async () => {
    const { asked } = await open(wan, [state('PENDING'), done]);
    const response = await asked({ ...ask, n: 1, stream: true });
    expect([response?.status, await response?.json()]).toMatchObject([
      200,
      { data: [{ url: 'https://cdn.example/1.png' }] },
    ]);
  });

  test('of Replicate are made by whatever it runs', async () => {
    const prediction = (status: string, more: object = {}): object => ({ id: taskId, status, output: null, ...more });
    const { up, gate, asked } = await open(flux, [
      [201, prediction('starting')],
      [200, prediction('processing')],
      [200, prediction('succeeded', { output: ['https://r.example/1.webp', 'https://r.example/2.webp'] })],
    ]);
    const response = await asked({ ...ask, size: '1792x1024' });
    expect([response?.status, await response?.json()]).toMatchObject([
      200,
      { data: [{ url: 'https://r.example/1.webp' }, { url: 'https://r.example/2.webp' }] },
    ]);
    expect(up.received[0]?.json).toEqual({
      version: 'black-forest-labs/flux-schnell',
      input: { prompt: 'A cat', num_outputs: 2, aspect_ratio: '16:9' },
    });
    expect(response?.headers.get('x-tollgate-conversion-loss')).toContain('size;approximated');
    expect(gate.records[0]?.charge?.amount as bigint).toBe(80_000_000n);
  });

  test.each([
    [{ code: 'DataInspectionFailed', message: 'Input may contain inappropriate content.' }, 'content_filter'],
    [{ code: 'InternalError', message: 'It broke.' }, 'bad_request'],
  ])('that fail are told, and are free: %o', async (failure, cause) => {
    const { gate, asked } = await open(wan, [state('PENDING'), state('FAILED', failure)]);
    const response = await asked();
    expect([response?.status ?? 0, gate.records[0]?.attempts.map((one) => one.cause)]).toEqual([400, [cause]]);
    expect(gate.records[0]?.charge).toBeUndefined();
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('are refused at once where the vendor begins nothing', async () => {
    const { up, asked } = await open(wan, [[429, { code: 'Throttling', message: 'Slow down.' }]]);
    expect((await asked())?.status).toBe(429);
    expect(up.received).toHaveLength(1);
  });

  test('end with the time that a request may take, and are given up', async () => {
    const { up, gate, asked, until } = await open(wan, [state('PENDING'), state('RUNNING')]);
    expect((await asked())?.status).toBe(504);
    await until(() => calls(up.received).at(-1) === `POST /api/v1/tasks/${taskId}/cancel`);
    expect(gate.records[0]?.charge).toBeUndefined();
  });

  test('are given up with their client, where that is the policy', async () => {
    const { up, gate, asked, until } = await open(wan, [state('PENDING'), state('RUNNING')], 'cancel');
    const client = new AbortController();
    const answer = asked(ask, client.signal);
    await until(() => up.received.length > 1);
    client.abort();
    await answer;
    await until(() => calls(up.received).at(-1) === `POST /api/v1/tasks/${taskId}/cancel`);
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'client_disconnected', charge: undefined });
    const heard = up.received.length;
    for (let i = 0; i < 5; i += 1) {
      gate.skip(5000);
      await Bun.sleep(60);
    }
    expect(up.received).toHaveLength(heard);
  });

  test('are waited for after their client has left, where that is the policy, and charged', async () => {
    const client = new AbortController();
    const answers = [state('PENDING'), state('RUNNING')];
    const { up, gate, asked, until } = await open(wan, answers);
    const answer = asked(ask, client.signal);
    await until(() => up.received.length > 1);
    client.abort();
    answers.push(done);
    await answer;
    await until(() => gate.records.length > 0);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(40_000_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });
});
