import { afterAll, beforeAll, expect, test, setDefaultTimeout } from 'bun:test';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { balanced, openAdmin, root, runJson, setUpRoot, verify, type Admin } from './account.ts';
import { openBooks, type Books } from './books.ts';
import { startGateway, workersOf, type Gateway } from './gateway.ts';
import { startUpstream, wholeAnswer, type ScriptedUpstream } from './scripted-upstream.ts';
import { until } from './until.ts';

setDefaultTimeout(60_000);

/** What verbs and the admin API change while two workers serve: both must follow within a second. */

/** A second, and a grace for a machine that is busy with other tests. */
const withinMs = 3000;
/** Each call has a connection of its own, which the kernel gives to either worker: so many reach both. */
const toReachBoth = 16;

let upstream: ScriptedUpstream;
let gateway: Gateway;
let books: Books;
let admin: Admin;
let key: string;

const config = (input: number, models: readonly string[]): string => `
channels:
  - { name: main, provider: openai, baseUrl: "${upstream.baseUrl}", credentials: [{ apiKey: sk-upstream }], models: [${models.join(', ')}] }
models:
${models.map((name) => `  - { name: ${name}, price: { input: ${input} } }`).join('\n')}
`;

async function apply(text: string): Promise<void> {
  const file = path.join(gateway.dataDir, 'tollgate.yaml');
  await writeFile(file, text);
  const { code, err } = await gateway.run('apply', file);
  expect([code, err]).toEqual([0, '']);
}

async function call(
  withKey: string,
  model = 'm',
): Promise<{ readonly status: number; readonly code: string; readonly id: string }> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${withKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'go' }] }),
    keepalive: false,
  });
  const body = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: body.error?.code ?? '', id: response.headers.get('x-request-id') ?? '' };
}

/** Waits until both workers answer so. */
const everywhere = (what: string, withKey: string, model: string, status: number): Promise<boolean> =>
  until(
    what,
    async () => {
      for (let index = 0; index < toReachBoth; index++)
        if ((await call(withKey, model)).status !== status) return false;
      return true;
    },
    withinMs,
  );

beforeAll(async () => {
  upstream = startUpstream(() => wholeAnswer('words', 1000, 1));
  gateway = await startGateway({ config: config(1, ['m']), commands: setUpRoot, env: { TOLLGATE_WORKERS: '2' } });
  await until('two workers', async () => (await workersOf(gateway)).length === 2);
  books = openBooks(gateway, undefined);
  admin = await openAdmin(gateway);
});

afterAll(async () => {
  await books?.close();
  await gateway?.stop();
  await upstream?.stop();
});

test('a key made by the command line works at once, and `credit` unlocks an empty wallet', async () => {
  key = (await runJson<{ key: string }>(gateway, 'keys', 'create', '--user', root.email, '--name', 'cli')).key;
  expect(await call(key)).toMatchObject({ status: 402, code: 'insufficient_balance' });
  const credited = await runJson<{ balanceNanos: string }>(gateway, 'credit', root.email, '5', '--note', 'hello');
  expect(credited.balanceNanos).toBe('5000000000');
  await everywhere('money', key, 'm', 200);
});

test('`credit --once` pays once', async () => {
  const once = ['credit', root.email, '1', '--note', 'once', '--once', 'order-17-of-the-shop'] as const;
  const first = await runJson<{ balanceNanos: string }>(gateway, ...once);
  const second = await runJson<{ balanceNanos: string }>(gateway, ...once);
  expect(BigInt(second.balanceNanos)).toBeLessThanOrEqual(BigInt(first.balanceNanos));
});

test('`apply` changes a price and adds a model', async () => {
  expect(await call(key, 'n')).toMatchObject({ status: 404, code: 'model_not_found' });
  await apply(config(3, ['m', 'n']));
  await everywhere('the new model', key, 'n', 200);
  const ids = new Set((await Promise.all(Array.from({ length: toReachBoth }, () => call(key)))).map(({ id }) => id));
  const charges = await until('their charges', async () => {
    const found = (await books.charges()).filter((charge) => ids.has(charge.requestId));
    return found.length === ids.size && found;
  });
  // 1000 tokens in at 3 USD a million, 1 out at the rate of input for want of its own.
  expect(new Set(charges.map((charge) => charge.amount))).toEqual(new Set([3_003_000n]));
  await apply(config(3, ['m']));
  await everywhere('the model gone', key, 'n', 404);
});

test('a key disabled, enabled and deleted by the admin API', async () => {
  const made = await admin.createKey('switch');
  await everywhere('the new key', made.key, 'm', 200);
  expect((await admin.call('PATCH', `/keys/${made.id}`, { enabled: false })).status).toBe(200);
  await everywhere('the refusal', made.key, 'm', 401);
  expect(await call(made.key)).toMatchObject({ status: 401, code: 'key_disabled' });
  expect((await admin.call('PATCH', `/keys/${made.id}`, { enabled: true })).status).toBe(200);
  await everywhere('the permission', made.key, 'm', 200);
  expect((await admin.call('DELETE', `/keys/${made.id}`)).status).toBe(204);
  await everywhere('the end', made.key, 'm', 401);
});

test('a spending limit lowered below what is spent', async () => {
  const made = await admin.createKey('limited');
  await everywhere('the new key', made.key, 'm', 200);
  expect((await admin.call('PATCH', `/keys/${made.id}`, { limitUsd: '0.001' })).status).toBe(200);
  await everywhere('the refusal', made.key, 'm', 402);
  expect(await call(made.key)).toMatchObject({ code: 'key_limit_exhausted' });
  expect((await admin.call('PATCH', `/keys/${made.id}`, { limitUsd: null })).status).toBe(200);
  await everywhere('the permission', made.key, 'm', 200);
});

test('a wrong file changes nothing and says where it is wrong', async () => {
  const file = path.join(gateway.dataDir, 'wrong.yaml');
  await writeFile(file, `channels:\n  - name: main\n    provider: opnai\n    models: [m]\n`);
  const { code, err } = await gateway.run('apply', file);
  expect(code).toBe(1);
  expect(err).toContain('line 3');
  expect(err).toContain('channels[0].provider');
  expect((await call(key)).status).toBe(200);
});

test('the books agree beside a running server', async () => {
  expect(await verify(gateway)).toEqual(balanced);
});
