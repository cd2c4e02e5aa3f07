import { expect, test } from 'bun:test';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { attemptId, createAttemptLimits, pruneAttempts, type AttemptAsk } from './attempt-limits.ts';

const minute = 60_000;

function openLimits(database: Database) {
  const state = { now: 1_000_000 };
  const deps = { database, now: () => state.now };
  // Two processes that know nothing of one another.
  const nodes = [createAttemptLimits(deps), createAttemptLimits(deps)] as const;
  let turn = 0;
  const begin = (account: string, address: string, more: Partial<AttemptAsk> = {}) =>
    nodes[(turn += 1) % 2 === 0 ? 0 : 1].begin({ account, address, ...more });
  /** Seconds to wait; undefined for an attempt that may be made (and fails). */
  const tried = async (account: string, address: string, more: Partial<AttemptAsk> = {}): Promise<number | undefined> =>
    await begin(account, address, more).then(
      () => undefined,
      (error: unknown) => (error instanceof Refusal ? error.retryAfterSeconds : -1),
    );
  const failed = async (name: string, failures: number) => {
    const row = { id: attemptId(name), failures, since: state.now, last_at: state.now };
    await database.db.insertInto('attempt_counts').values(row).execute();
  };
  return { deps, state, begin, tried, failed, nodes };
}

eachDatabase('attempts at secrets', (open) => {
  test('are bounded by account and address over all processes, and forgotten after a while', async () => {
    const { state, tried } = openLimits(await open());
    for (let i = 0; i < 10; i += 1) expect(await tried('Ann@x', '1.1.1.1')).toBeUndefined();
    expect(await tried('ann@X', '1.1.1.1')).toBe(900);
    expect(await tried('ann@x', '2.2.2.2')).toBeUndefined();
    expect(await tried('bob@x', '1.1.1.1')).toBeUndefined();
    state.now += 15 * minute - 1000;
    expect(await tried('ann@x', '1.1.1.1')).toBe(1);
    state.now += 1000;
    expect(await tried('ann@x', '1.1.1.1')).toBeUndefined();
  });

  test('at once are no more than in a row: they count before they are checked', async () => {
    const { tried } = openLimits(await open());
    const outcomes = await Promise.all(Array.from({ length: 24 }, () => tried('ann@x', '1.1.1.1')));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(10);
  });

  test('what was right, or was not looked at, does not count', async () => {
    const { begin, tried } = openLimits(await open());
    for (let i = 0; i < 9; i += 1) await tried('eve@x', '3.3.3.3');
    await (await begin('eve@x', '3.3.3.3')).withdrawn();
    await (await begin('eve@x', '3.3.3.3')).succeeded();
    for (let i = 0; i < 10; i += 1) expect(await tried('eve@x', '3.3.3.3')).toBeUndefined();
    expect(await tried('eve@x', '3.3.3.3')).toBe(900);
  });
});

onSqlite('who is hindered by strangers', (open) => {
  test('one address is one /64 of IPv6, however it is written', async () => {
    const { tried } = openLimits(await open());
    for (let i = 0; i < 60; i += 1) await tried(`user${i}`, `2001:db8::${i.toString(16)}:5`);
    expect(await tried('other', '2001:db8:0:0:ffff::1')).toBe(900);
    expect(await tried('other', '2001:db8:0:1::1')).toBeUndefined();
  });

  test('an account is shut to nobody: beyond its limit attempts come one by one, with growing pauses', async () => {
    const { state, tried, failed } = openLimits(await open());
    await failed('account root@x', 200);
    expect(await tried('root@x', '9.9.9.1')).toBe(10);
    state.now += 10_000;
    expect(await tried('root@x', '9.9.9.2')).toBeUndefined();
    expect(await tried('root@x', '9.9.9.3')).toBe(20);
    state.now += 20_000;
    expect(await tried('root@x', '9.9.9.4')).toBeUndefined();
    expect(await tried('root@x', '9.9.9.5')).toBe(40);
  });

  test('it is open to a device and an address that it knows', async () => {
    const { tried, failed } = openLimits(await open());
    await failed('account root@x', 200);
    expect(await tried('root@x', '9.9.9.9', { knowsAddress: async () => false })).toBe(10);
    expect(await tried('root@x', '9.9.9.9', { knowsAddress: async () => true })).toBeUndefined();
    expect(await tried('root@x', '9.9.9.9', { knowsAddress: () => Promise.reject(new Error('database')) })).toBe(10);
    for (let i = 0; i < 10; i += 1) expect(await tried('root@x', '8.8.8.8', { device: 'device a' })).toBeUndefined();
    // A device that is stolen is one more guesser, not a free one.
    expect(await tried('root@x', '8.8.8.8', { device: 'device a' })).toBe(900);
  });

  test('an address that everybody shares shuts out no known device', async () => {
    const { tried } = openLimits(await open());
    for (let i = 0; i < 60; i += 1) await tried(`user${i}`, '1.1.1.1');
    expect(await tried('ann@x', '1.1.1.1')).toBe(900);
    expect(await tried('ann@x', '1.1.1.1', { device: 'device b' })).toBeUndefined();
  });

  test('what may be asked for so often is told, and counts are forgotten', async () => {
    const { deps, state, nodes } = openLimits(await open());
    const [one, other] = nodes;
    const bound = { most: 2, ms: 60 * minute };
    const asked = [await one.spend('mail', bound), await other.spend('mail', bound), await one.spend('mail', bound)];
    expect(asked).toEqual([true, true, false]);
    state.now += 60 * minute;
    expect(await one.spend('mail', bound)).toBe(true);
    expect(await pruneAttempts(deps)).toBe(0);
    state.now += 24 * 60 * minute;
    expect(await pruneAttempts(deps)).toBe(1);
  });
});
