import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../env.ts';
import { openFoundation, type Foundation } from '../foundation.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { verify } from '../services/ledger/verify.ts';
import { requestLogRepository } from '../store/request-log.ts';
import { people, channels } from './cast.ts';
import { billingAccountRepository } from '../store/billing-accounts.ts';
import { mediaTaskRepository } from '../store/media-tasks.ts';
import { orderRepository } from '../store/payments/orders.ts';
import { codeRepository } from '../store/sales/codes.ts';
import { subscriptionRepository } from '../store/subscriptions/subscriptions.ts';
import { teamRepository } from '../store/teams.ts';
import { pieces } from './media/cast.ts';
import { beginMedia } from './media/now.ts';
import { fillDemo, type Filled } from './fill.ts';
import { diceOf } from './random.ts';
import { things } from './stored-objects.ts';
import { demoOutside } from './outside.ts';

const now = Date.UTC(2026, 6, 15, 12);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folders: string[] = [];

async function openEmpty(): Promise<Foundation> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-demo-test-'));
  folders.push(dir);
  const read = readEnvironment({ TOLLGATE_DATA: dir, HOST: '127.0.0.1', PORT: '0' });
  if ('problems' in read) throw new Error(read.problems.join());
  return await openFoundation(read.environment, silent);
}

afterAll(async () => {
  for (const dir of folders) await rm(dir, { recursive: true, force: true });
});

describe('a demonstration', () => {
  let foundation: Foundation;
  let gateway: Gateway;
  let filled: Filled;

  beforeAll(async () => {
    foundation = await openEmpty();
    filled = await fillDemo(foundation, { seed: 1, now, days: 6, requests: 1500 });
    gateway = await startGateway({
      foundation,
      nodeId: 'node_demo',
      sharePort: false,
      consoleFiles: () => new Map(),
      outside: demoOutside(diceOf(2)),
    });
  });
  afterAll(async () => {
    await gateway.stop(100);
    await foundation.close();
  });

  test('has books that agree, and what was promised', async () => {
    expect(await verify(foundation.database, now)).toEqual({ unexplained: 0, problems: [] });
    const requests = await requestLogRepository.latest(foundation.database.db, { filters: {}, limit: 2000 });
    const ended = pieces.filter(({ end }) => end !== 'silent').length;
    const charged = things.filter((one) => one.charged !== undefined && one.open !== true).length;
    expect(requests).toHaveLength(1500 + ended + charged);
    expect(new Set(requests.map(({ userId }) => userId)).size).toBeGreaterThan(30);
    expect(requests.some(({ attempts }) => attempts.length > 1)).toBe(true);
    expect(requests.some(({ conversion }) => (conversion?.losses.length ?? 0) > 0)).toBe(true);
    expect(requests.some(({ usage }) => (usage.cacheRead ?? 0) > 0)).toBe(true);
    expect(people.length + 1).toBe(40);
    expect(channels.length).toBe(15);
  });

  test('has sold, billed and shared something', async () => {
    const { db } = foundation.database;
    const codes = await codeRepository.batches(db, { limit: 10 });
    expect(codes.rows.map(({ count }) => count)).toEqual([40]);
    const orders = await orderRepository.page(db, { limit: 20, userId: undefined, state: undefined });
    expect(orders.rows.map(({ state }) => state).toSorted()).toEqual([
      'credited',
      'credited',
      'credited',
      'credited',
      'pending',
    ]);
    const begun = await subscriptionRepository.page(db, { limit: 20, userId: undefined, planId: undefined });
    expect(begun.rows).toHaveLength(6);
    const [maya] = filled.company.members;
    expect((await teamRepository.list(db, maya?.user.id)).map(({ name }) => name)).toEqual(['Shop']);
    const accounts = await billingAccountRepository.all(db);
    expect(accounts.map(({ readAt }) => readAt !== undefined)).toEqual([true, true]);
  });

  test('shows what was drawn, played and filmed, and makes more', async () => {
    const { db } = foundation.database;
    const everybodys = { userId: undefined, kind: undefined, open: false, after: undefined, limit: 100 };
    const tasks = await mediaTaskRepository.page(db, everybodys);
    expect(tasks).toHaveLength(pieces.length);
    const shown = tasks.filter(({ state }) => state.status === 'completed');
    for (const { id, kind, asked } of shown) {
      const whole = await fetch(`${gateway.url}/media/${id}.${asked.secret}`);
      expect([whole.status, whole.headers.get('content-type')?.split('/')[0]]).toEqual([
        200,
        { drawing: 'image', music: 'audio', video: 'video' }[kind],
      ]);
      const small = await fetch(`${gateway.url}/media/${id}.${asked.secret}?width=160`);
      expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp']);
    }
    const [queue] = await mediaTaskRepository.queues(db, now);
    expect(queue?.stuck).toBe(1);
    await beginMedia(gateway.url, filled.company.keyTexts[0] ?? '');
    const begun = await mediaTaskRepository.page(db, { ...everybodys, open: true });
    expect(begun.map(({ kind }) => kind).toSorted()).toEqual(['music', 'video', 'video', 'video', 'video']);
  });

  test('lets both sign in', async () => {
    for (const { email, password } of [filled.admin, filled.member]) {
      const response = await fetch(`${gateway.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ email, password }),
      });
      expect(response.status).toBe(201);
    }
  });

  test('answers in every protocol, whole and streamed, and charges for it', async () => {
    const key = filled.company.keyTexts[0] ?? '';
    const hello = [{ role: 'user', content: 'Hello there' }];
    const calls: readonly (readonly [path: string, body: unknown])[] = [
      ['/v1/chat/completions', { model: 'gpt-5-mini', messages: hello }],
      ['/v1/chat/completions', { model: 'claude-haiku-4-5', messages: hello, stream: true }],
      ['/v1/messages', { model: 'claude-haiku-4-5', max_tokens: 100, messages: hello }],
      ['/v1/messages', { model: 'gemini-2.5-pro', max_tokens: 100, messages: hello, stream: true }],
      ['/v1/responses', { model: 'gpt-5.1', input: 'Hello there', stream: true }],
    ];
    for (const [path, body] of calls) {
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      expect(`${path} ${response.status}`).toBe(`${path} 200`);
      expect(text).toContain('demonstration');
    }
  });
});

test('is the same month for the same seed, and another one for another', async () => {
  const logOf = async (seed: number): Promise<unknown> => {
    const foundation = await openEmpty();
    try {
      await fillDemo(foundation, { seed, now, days: 2, requests: 100 });
      const rows = await requestLogRepository.latest(foundation.database.db, { filters: {}, limit: 200 });
      // The versions of seeded prices are made by each database for itself.
      return rows.map(({ bill, ...row }) => ({ ...row, lines: bill?.lines }));
    } finally {
      await foundation.close();
    }
  };
  const first = await logOf(7);
  expect(await logOf(7)).toEqual(first);
  expect(await logOf(8)).not.toEqual(first);
});
