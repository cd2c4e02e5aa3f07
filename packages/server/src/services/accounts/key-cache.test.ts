import { expect, test } from 'bun:test';
import type { KeyRecord } from '../../domain/snapshot.ts';
import { createGenerations } from '../generations.ts';
import { createKeyCache } from './key-cache.ts';
import { hashSecret, newSecretText } from './secret-text.ts';

const none = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined };
const record = (id: string, userId = 'u1'): KeyRecord => ({
  id,
  name: id,
  enabled: true,
  expiresAt: undefined,
  models: undefined,
  allowedIps: undefined,
  group: undefined,
  groupGranted: false,
  limited: false,
  strictConversion: false,
  passFields: [],
  limits: none,
  user: { id: userId, role: 'user', enabled: true, group: 'default', limits: none },
});

const newKey = (): string => newSecretText('sk-', (bytes) => void crypto.getRandomValues(bytes));

/** A cache over a table that can be down, slow, and counted. */
function scene(options: { capacity?: number; unknownCapacity?: number } = {}) {
  const table = new Map<string, KeyRecord>();
  const state = { loads: 0, down: false, now: 1_000_000, gate: Promise.resolve() };
  const listeners: ((topic: string, ref: string) => void)[] = [];
  const cache = createKeyCache({
    load: async (hash) => {
      state.loads += 1;
      const answer = table.get(hash);
      await state.gate;
      if (state.down) throw new Error('the database is down');
      return answer;
    },
    now: () => state.now,
    onChange: (listener) => void listeners.push(listener),
    ...options,
  });
  const put = (key: string, value: KeyRecord) => void table.set(hashSecret(key), value);
  return {
    cache,
    state,
    put,
    remove: (key: string) => void table.delete(hashSecret(key)),
    change: (topic: string, ref: string) => listeners.forEach((listen) => listen(topic, ref)),
  };
}

test('a typo is refused without a look anywhere', () => {
  const { cache, state } = scene();
  const key = newKey();
  for (const typo of [
    '',
    'sk-',
    key.slice(0, -1),
    `${key}x`,
    key.replace(/.$/, (c) => (c === 'a' ? 'b' : 'a')),
    'Bearer x',
  ])
    expect(cache.find(typo)).toEqual({ refused: 'unknown' });
  expect(state.loads).toBe(0);
});

test('a known key is found without a promise; many at once ask the database once', async () => {
  const { cache, state, put } = scene();
  const key = newKey();
  put(key, record('k1'));
  const found = await Promise.all([cache.find(key), cache.find(key), cache.find(key)]);
  expect(found.map((one) => 'id' in one && one.id)).toEqual(['k1', 'k1', 'k1']);
  expect(state.loads).toBe(1);
  expect(cache.find(key)).toMatchObject({ id: 'k1' });
});

test('a key that does not exist is remembered for a while', async () => {
  const { cache, state, put, change } = scene();
  const key = newKey();
  expect(await cache.find(key)).toEqual({ refused: 'unknown' });
  expect(cache.find(key)).toEqual({ refused: 'unknown' });
  state.now += 10_001;
  expect(cache.find(key)).toBeInstanceOf(Promise);
  expect(state.loads).toBe(2);
  await cache.find(key);
  put(key, record('k1'));
  change('key', 'k1');
  expect(await cache.find(key)).toMatchObject({ id: 'k1' });
});

test('a change of the key or of its user is seen, others cost nothing', async () => {
  const { cache, state, put, remove, change } = scene();
  const [a, b] = [newKey(), newKey()];
  put(a, record('a', 'ann'));
  put(b, record('b', 'bob'));
  await Promise.all([cache.find(a), cache.find(b)]);
  change('channel', 'a');
  expect(cache.find(a)).toMatchObject({ id: 'a' });
  put(a, { ...record('a', 'ann'), enabled: false });
  change('key', 'a');
  expect(await cache.find(a)).toMatchObject({ enabled: false });
  remove(b);
  change('user', 'bob');
  expect(await cache.find(b)).toEqual({ refused: 'unknown' });
  expect(state.loads).toBe(4);
});

test('what was read before a change is not kept after it', async () => {
  const { cache, state, put, change } = scene();
  const key = newKey();
  put(key, record('k1'));
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const found = cache.find(key);
  put(key, { ...record('k1'), enabled: false });
  change('key', 'k1');
  gate.resolve();
  expect(await found).toMatchObject({ enabled: false });
  expect(cache.find(key)).toMatchObject({ enabled: false });
});

test('while the database is down known keys go on, others are unavailable and not forgotten as unknown', async () => {
  const { cache, state, put } = scene();
  const [known, other] = [newKey(), newKey()];
  put(known, record('k1'));
  put(other, record('k2'));
  await cache.find(known);
  state.down = true;
  expect(await cache.find(other)).toEqual({ refused: 'unavailable' });
  state.now += 120_000;
  expect(cache.find(known)).toMatchObject({ id: 'k1' });
  await Promise.resolve();
  expect(cache.find(known)).toMatchObject({ id: 'k1' });
  state.down = false;
  expect(await cache.find(other)).toMatchObject({ id: 'k2' });
});

test('a known key is read again in the background once a minute, should the feed miss a change', async () => {
  const { cache, state, put, remove } = scene();
  const key = newKey();
  put(key, record('k1'));
  await cache.find(key);
  remove(key);
  state.now += 60_001;
  expect(cache.find(key)).toMatchObject({ id: 'k1' });
  expect(state.loads).toBe(2);
  await Bun.sleep(0);
  expect(cache.find(key)).toEqual({ refused: 'unknown' });
});

test('memory is bounded, for known keys and for guesses', async () => {
  const { cache, state, put } = scene({ capacity: 10, unknownCapacity: 10 });
  const keys = Array.from({ length: 50 }, newKey);
  for (const [index, key] of keys.entries()) {
    put(key, record(`k${index}`));
    await cache.find(key);
  }
  for (let guess = 0; guess < 50; guess += 1) await cache.find(newKey());
  expect(state.loads).toBe(100);
  // The latest known ones survive the flood of guesses.
  expect(cache.find(keys[49] ?? '')).toMatchObject({ id: 'k49' });
  expect(cache.find(keys[0] ?? '')).toBeInstanceOf(Promise);
});

test('a change is in force at once, however many keys are known, and costs the others nothing', async () => {
  const { cache, state, put, change } = scene();
  const keys = Array.from({ length: 30_000 }, newKey);
  for (const [index, key] of keys.entries()) {
    put(key, record(`k${index}`, index < 100 ? 'u1' : 'u2'));
    await cache.find(key);
  }
  const loads = state.loads;
  const last = keys.at(-1) ?? '';
  put(last, { ...record('k29999', 'u2'), name: 'renamed' });
  change('key', 'k29999');
  change('user', 'u1');
  // The sweep through all of them has not come far.
  expect(cache.find(last)).toBeInstanceOf(Promise);
  expect(await cache.find(last)).toMatchObject({ name: 'renamed' });
  expect(cache.find(last)).toMatchObject({ name: 'renamed' });
  expect(cache.find(keys[50] ?? '')).toBeInstanceOf(Promise);
  expect(cache.find(keys[150] ?? '')).toMatchObject({ id: 'k150' });
  await Bun.sleep(100);
  expect(cache.find(last)).toMatchObject({ name: 'renamed' });
  expect(cache.find(keys[60] ?? '')).toBeInstanceOf(Promise);
  await cache.find(keys[60] ?? '');
  expect(state.loads).toBe(loads + 3);
});

test('where changes may have been missed, every key is read again', async () => {
  const { cache, put, change } = scene();
  const key = newKey();
  put(key, record('k1'));
  await cache.find(key);
  change('*', '*');
  expect(cache.find(key)).toBeInstanceOf(Promise);
});

test('two generations keep what is used', async () => {
  const map = createGenerations<number>(3);
  map.set('hot', 0);
  for (let i = 0; i < 100; i += 1) {
    map.set(`k${i}`, i);
    expect(map.get('hot')).toBe(0);
    expect(map.size).toBeLessThanOrEqual(6);
  }
  const latest = 'k99';
  expect(map.get(latest)).toBe(99);
  map.deleteWhere((value) => value > 0);
  expect(map.get(latest)).toBeUndefined();
  // Their memory is free after as many turns of the event loop as a slow machine needs.
  while (map.size > 1) await Bun.sleep(0);
  expect(map.get('hot')).toBe(0);
  map.delete('hot');
  expect(map.get('hot')).toBeUndefined();
});
