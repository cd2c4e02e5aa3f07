// Admission as clients see it, with a limiter that answers at once and with one that answers later.

import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { RateLimits } from '../../domain/snapshot.ts';
import type { Limiter } from '../../services/limits/limiter.ts';
import { openMemoryLimiter } from '../../services/limits/memory-limiter.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../testing/gateway.ts';
import { openScriptedUpstream, wholeAnswer, type ScriptedUpstream } from '../testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const none: RateLimits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined };

/** As one that asks another machine: the answer is there after a turn of the event loop. */
const later = (limiter: Limiter): Limiter => ({
  admit: async (policies, costs) => {
    await Bun.sleep(1);
    return limiter.admit(policies, costs);
  },
});

const limiters: readonly (readonly [string, () => Limiter])[] = [
  ['that answers at once', () => openMemoryLimiter(() => performance.now())],
  ['that answers later', () => later(openMemoryLimiter(() => performance.now()))],
];

describe.each(limiters)('limits by a limiter %s', (_, openLimiter) => {
  const start = async (
    user: Partial<Settings['limits']['user']> = {},
  ): Promise<{ gate: TestGateway; up: ScriptedUpstream }> => {
    const up = await openScriptedUpstream(wholeAnswer('Hi'));
    open.push(up);
    const settings = { ...defaultSettings, limits: { user: { ...defaultSettings.limits.user, ...user } } };
    const snapshot = snapshotOf([channelOf({ id: 'a', baseUrl: up.baseUrl })], settings);
    const gate = await openTestGateway(snapshot, { limits: openLimiter() });
    open.push(gate);
    return { gate, up };
  };
  const refusalOf = async (response: Response): Promise<readonly unknown[]> => {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return [response.status, error.code, error.message, response.headers.get('retry-after')];
  };
  const limitHeaders = (response: Response): Record<string, string> =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('x-ratelimit-')));

  test('a key’s requests a minute', async () => {
    const { gate, up } = await start();
    gate.changeKey({ limits: { ...none, requestsPerMinute: 1 } });
    const first = await gate.post(hello);
    expect(limitHeaders(first)).toMatchObject({
      'x-ratelimit-limit-requests': '1',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': expect.stringMatching(/^\d+ms$/),
    });
    const [status, code, message, retryAfter] = await refusalOf(await gate.post(hello));
    expect([status, code, message]).toEqual([
      429,
      'rate_limit_exceeded',
      'More than 1 requests a minute for this API key.',
    ]);
    expect(Number(retryAfter)).toBeWithin(1, 61);
    expect(up.received).toHaveLength(1);
    expect(gate.records.map(({ errorCode }) => errorCode)).toEqual(['', 'rate_limit_exceeded']);
  });

  test('tokens a minute of the settings, guessed at first and corrected by what the answer says', async () => {
    const { gate } = await start({ tokensPerMinute: 1000 });
    const long = { ...hello, messages: [{ role: 'user', content: 'word '.repeat(250) }] };
    const first = await gate.post(long);
    expect(Number(limitHeaders(first)['x-ratelimit-remaining-tokens'])).toBeWithin(1, 500);
    await first.text();
    await gate.recorded(1);
    // By the guess alone there would be no room for the same again.
    const second = await gate.post(long);
    expect(second.status).toBe(200);
    await second.text();
    await gate.recorded(2);
    const longer = { ...hello, messages: [{ role: 'user', content: 'word '.repeat(5000) }] };
    expect((await refusalOf(await gate.post(longer))).slice(0, 3)).toEqual([
      429,
      'rate_limit_exceeded',
      'More than 1000 tokens a minute for this account.',
    ]);
  });

  test('requests at once of a user, which end with their answers', async () => {
    const { gate, up } = await start({ concurrent: 1 });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const arrived = Promise.withResolvers<void>();
    up.behave(async (response, received) => {
      arrived.resolve();
      await released;
      await wholeAnswer('Hi')(response, received);
    });
    const slow = gate.post(hello);
    await arrived.promise;
    expect(await refusalOf(await gate.post(hello))).toEqual([
      429,
      'concurrency_limit_exceeded',
      'More than 1 requests at once for this account.',
      '1',
    ]);
    release();
    expect((await slow).status).toBe(200);
    await (await slow).text();
    await gate.recorded(2);
    expect((await gate.post(hello)).status).toBe(200);
  });

  test('what is left is told of the key where it has limits, else of its user', async () => {
    const { gate } = await start({ requestsPerMinute: 50, tokensPerMinute: 5000 });
    const ofUser = limitHeaders(await gate.post(hello));
    expect(ofUser).toMatchObject({ 'x-ratelimit-limit-requests': '50', 'x-ratelimit-limit-tokens': '5000' });
    gate.changeKey({ limits: { ...none, requestsPerMinute: 7 } });
    const ofKey = limitHeaders(await gate.post(hello));
    expect(ofKey).toMatchObject({ 'x-ratelimit-limit-requests': '7', 'x-ratelimit-remaining-requests': '6' });
    expect(ofKey).not.toHaveProperty('x-ratelimit-limit-tokens');
    gate.changeKey({ limits: { ...none, concurrent: 7 } });
    expect(limitHeaders(await gate.post(hello))).toEqual({});
  });

  test('a request that is refused for what it says counts too, and one beyond the limit is not even read', async () => {
    const { gate, up } = await start();
    gate.changeKey({ limits: { ...none, requestsPerMinute: 3 } });
    const headers = { 'content-type': 'application/json' };
    const packed = { ...headers, 'content-encoding': 'gzip' };
    expect((await gate.post('{', { headers })).status).toBe(400);
    expect((await gate.post({ ...hello, model: 'unknown' })).status).toBe(404);
    expect((await gate.post('no gzip', { headers: packed })).status).toBe(400);
    for (const [body, sent] of [
      ['{', headers],
      ['no gzip', packed],
    ] as const)
      expect((await refusalOf(await gate.post(body, { headers: sent })))[1]).toBe('rate_limit_exceeded');
    expect(up.received).toHaveLength(0);
  });

  test('a key whose tokens are spent is not read either', async () => {
    const { gate } = await start();
    gate.changeKey({ limits: { ...none, tokensPerMinute: 10 } });
    const first = await gate.post({ ...hello, messages: [{ role: 'user', content: 'word '.repeat(500) }] });
    await first.text();
    await gate.recorded(1);
    expect((await refusalOf(await gate.post('{')))[1]).toBe('rate_limit_exceeded');
  });

  test('what was let in and then refused leaves no place taken', async () => {
    const { gate } = await start({ concurrent: 1 });
    for (let i = 0; i < 3; i++) expect((await gate.post('{')).status).toBe(400);
    const ok = await gate.post(hello);
    expect(ok.status).toBe(200);
    await ok.text();
  });

  test('a count of tokens is a request too, and takes no tokens', async () => {
    const { gate } = await start();
    gate.changeKey({ limits: { ...none, requestsPerMinute: 1, tokensPerMinute: 1 } });
    const count = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
    const path = '/v1/messages/count_tokens';
    expect((await gate.post(count, { path })).status).toBe(200);
    expect((await gate.post(count, { path })).status).toBe(429);
  });
});
