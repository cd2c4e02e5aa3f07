import { expect, test } from 'bun:test';
import { Refusal } from '../../domain/refusal.ts';
import { createAttemptLimits, type AttemptAsk } from './attempt-limits.ts';

function openLimits() {
  const state = { now: 0 };
  const limits = createAttemptLimits(() => state.now);
  const begin = (account: string, address: string, more: Partial<AttemptAsk> = {}) =>
    limits.begin({ account, address, ...more });
  /** Seconds to wait; undefined for an attempt that may be made (and fails). */
  const tried = async (account: string, address: string, more: Partial<AttemptAsk> = {}): Promise<number | undefined> =>
    await begin(account, address, more).then(
      () => undefined,
      (error: unknown) => (error instanceof Refusal ? error.retryAfterSeconds : -1),
    );
  return { state, begin, tried };
}

test('failures are bounded by account and address, and forgotten after a while', async () => {
  const { state, tried } = openLimits();
  for (let i = 0; i < 10; i += 1) expect(await tried('Ann@x', '1.1.1.1')).toBeUndefined();
  expect(await tried('ann@X', '1.1.1.1')).toBe(900);
  expect(await tried('ann@x', '2.2.2.2')).toBeUndefined();
  expect(await tried('bob@x', '1.1.1.1')).toBeUndefined();
  state.now = 899_000;
  expect(await tried('ann@x', '1.1.1.1')).toBe(1);
  state.now = 900_000;
  expect(await tried('ann@x', '1.1.1.1')).toBeUndefined();
});

test('attempts at once are no more than attempts in a row: they count before they are checked', async () => {
  const { tried } = openLimits();
  const outcomes = await Promise.all(Array.from({ length: 64 }, () => tried('ann@x', '1.1.1.1')));
  expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(10);
});

test('one address is one /64 of IPv6, however it is written', async () => {
  const { tried } = openLimits();
  for (let i = 0; i < 60; i += 1) await tried(`user${i}`, `2001:db8::${i.toString(16)}:5`);
  expect(await tried('other', '2001:db8:0:0:ffff::1')).toBe(900);
  expect(await tried('other', '2001:db8:0:1::1')).toBeUndefined();
});

test('an account is shut to strangers, and open to a device and an address that it knows', async () => {
  const { tried } = openLimits();
  for (let i = 0; i < 200; i += 1) await tried('root@x', `10.0.0.${i}`);
  expect(await tried('root@x', '9.9.9.9')).toBe(900);
  expect(await tried('root@x', '9.9.9.9', { knowsAddress: async () => false })).toBe(900);
  expect(await tried('root@x', '9.9.9.9', { knowsAddress: async () => true })).toBeUndefined();
  expect(await tried('root@x', '9.9.9.9', { knowsAddress: () => Promise.reject(new Error('database')) })).toBe(900);
  for (let i = 0; i < 10; i += 1) expect(await tried('root@x', '8.8.8.8', { device: 'device a' })).toBeUndefined();
  // A device that is stolen is one more guesser, not a free one.
  expect(await tried('root@x', '8.8.8.8', { device: 'device a' })).toBe(900);
});

test('an address that everybody shares shuts out no known device', async () => {
  const { tried } = openLimits();
  for (let i = 0; i < 60; i += 1) await tried(`user${i}`, '1.1.1.1');
  expect(await tried('ann@x', '1.1.1.1')).toBe(900);
  expect(await tried('ann@x', '1.1.1.1', { device: 'device b' })).toBeUndefined();
});

test('what was right, or was not looked at, does not count', async () => {
  const { begin, tried } = openLimits();
  for (let i = 0; i < 9; i += 1) await tried('eve@x', '3.3.3.3');
  (await begin('eve@x', '3.3.3.3')).withdrawn();
  (await begin('eve@x', '3.3.3.3')).succeeded();
  for (let i = 0; i < 10; i += 1) expect(await tried('eve@x', '3.3.3.3')).toBeUndefined();
  expect(await tried('eve@x', '3.3.3.3')).toBe(900);
});
