import { expect, test } from 'bun:test';
import { channelState, targetsByChannel } from './channel-state.ts';
import { freshHealth, type Health } from './health.ts';

const now = 100_000;
const health = (parts: Partial<Health>): Health => ({ ...freshHealth(now), ...parts });
const channel = (enabled = true, keys: readonly boolean[] = [true, true]) => ({
  id: 'ch_1',
  enabled,
  credentials: keys.map((one, index) => ({ index, enabled: one })),
});
const stateOf = (of: ReturnType<typeof channel>, entries: readonly (readonly [string, Health])[]) =>
  channelState(of, targetsByChannel(entries).get('ch_1') ?? [], now);

test('a channel that nobody has used is simply enabled', () => {
  expect(stateOf(channel(), [['ch_2#0#m', health({ coolUntil: now + 1 })]])).toEqual({
    state: 'enabled',
    reason: undefined,
    closedUntil: undefined,
    keysOk: 2,
  });
});

test('one whose every key rests is cooling, until the first of them is tried again', () => {
  const entries = [
    ['ch_1#0#m#odd', health({ coolUntil: now + 9000 })],
    ['ch_1#1#m', health({ openUntil: now + 5000 })],
  ] as const;
  expect(stateOf(channel(), entries)).toEqual({
    state: 'cooling',
    reason: 'its provider asked for a pause',
    closedUntil: now + 5000,
    keysOk: 0,
  });
  expect(stateOf(channel(true, [false, true]), [entries[1]])).toMatchObject({
    state: 'cooling',
    reason: 'its last requests failed',
  });
  expect(stateOf(channel(), [entries[0]])).toMatchObject({
    state: 'degraded',
    reason: 'one of its keys rests',
    keysOk: 1,
  });
});

test('one that fails often, or rests for a model, is degraded', () => {
  expect(stateOf(channel(), [['ch_1#0#m', health({ failures: 3, successes: 20 })]])).toMatchObject({
    state: 'degraded',
    reason: '3 of its last 23 attempts failed',
    keysOk: 2,
  });
  expect(stateOf(channel(), [['ch_1#0#m', health({ failures: 3, successes: 90 })]]).state).toBe('enabled');
  expect(
    stateOf(channel(), [
      ['ch_1#0#a', health({ openUntil: now + 1 })],
      ['ch_1#0#b', health({ successes: 9 })],
    ]),
  ).toMatchObject({ state: 'degraded', reason: 'a rests', keysOk: 2 });
  expect(stateOf(channel(true, [false]), []).reason).toBe('all of its keys are disabled');
});

test('a disabled one is that, whatever else', () => {
  expect(stateOf(channel(false), [['ch_1#0#m', health({ failures: 9 })]])).toMatchObject({
    state: 'disabled',
    keysOk: 0,
  });
});
