import { describe, expect, test } from 'bun:test';
import { channelFields } from '@tollgate/contract/entities/channel';
import { defaultsOf } from '@tollgate/contract/entities/field';
import fc from 'fast-check';
import { findProvider } from '../providers/index.ts';
import { noOverrides } from './overrides/compile.ts';
import type { Readiness } from './health.ts';
import { rankChannels } from './rank-channels.ts';
import type { Channel } from './snapshot.ts';

const provider = findProvider('openai');
if (!provider) throw new Error('openai is missing');

const channel = (id: string, priority: number, weight: number, credentials = 1): Channel => ({
  ...defaultsOf(channelFields),
  id,
  name: id,
  provider,
  baseUrl: 'http://127.0.0.1',
  settings: {},
  credentials: Array.from({ length: credentials }, (_, index) => ({ index, values: {}, enabled: true })),
  models: new Map(),
  priority,
  weight,
  overrides: noOverrides,
  proxy: undefined,
});

const seeded = (seed: number) => {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
};
const ready = (): Readiness => 'ready';

describe('ranking', () => {
  test('law: a permutation of the usable targets, priorities descending', () => {
    const spec = fc.record({
      priority: fc.integer({ min: -2, max: 2 }),
      weight: fc.nat(5),
      credentials: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 8 }), fc.integer(), (specs, seed) => {
        const channels = specs.map((s, i) => channel(`c${i}`, s.priority, s.weight, s.credentials));
        const { order, closedUntil } = rankChannels(channels, { readiness: ready, random: seeded(seed) });
        const ids = order.map((t) => `${t.channel.id}#${t.credential.index}`);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBe(specs.reduce((sum, s) => sum + s.credentials, 0));
        const priorities = order.map((t) => t.channel.priority);
        expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
        expect(closedUntil).toBeUndefined();
      }),
    );
  });

  test('weights are shares of the traffic, whatever the number of accounts', () => {
    const channels = [channel('a', 0, 3, 4), channel('b', 0, 1, 1)];
    const random = seeded(7);
    let first = 0;
    for (let i = 0; i < 4000; i++)
      if (rankChannels(channels, { readiness: ready, random }).order[0]?.channel.id === 'a') first++;
    expect(first / 4000).toBeGreaterThan(0.72);
    expect(first / 4000).toBeLessThan(0.78);
  });

  test('a weight of 0 comes last in its priority but before lower ones', () => {
    const channels = [channel('low', -1, 9), channel('zero', 0, 0), channel('one', 0, 1)];
    for (let seed = 0; seed < 50; seed++) {
      const { order } = rankChannels(channels, { readiness: ready, random: seeded(seed) });
      expect(order.map((t) => t.channel.id)).toEqual(['one', 'zero', 'low']);
    }
  });

  test('leaves out closed targets and says when the first of them is back', () => {
    const channels = [channel('a', 0, 1), channel('b', 0, 1), channel('c', 0, 1)];
    const { order, closedUntil } = rankChannels(channels, {
      readiness: (t) =>
        t.channel.id === 'b' ? 'probe' : { closedUntil: t.channel.id === 'a' ? 50 : 40, stated: false },
      random: seeded(1),
    });
    expect(order.map((t) => t.channel.id)).toEqual(['b']);
    expect(closedUntil).toBe(40);
  });
});
