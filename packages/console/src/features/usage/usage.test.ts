import type { UsageAnswer } from '@tollgate/contract/api/usage';
import { describe, expect, test } from 'bun:test';
import { addsUp, valueOf, wastedOf, writeMeasure, writeShort } from './measures.ts';
import { dimensionsFor, logSearchOf, narrowedBy, rangeOf, splitsFor, timeSideOf } from './search.ts';
import { seriesOf } from './series.ts';
import { usageSums } from '../../testing/usage-sums.ts';

const now = Date.UTC(2026, 10, 29, 12, 20);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('what is asked', () => {
  test('whole hours, so that the question stays the same', () => {
    expect(rangeOf({ range: '24h' }, now)).toEqual({ from: now - 20 * 60_000 - 23 * hourMs, to: now + 40 * 60_000 });
    expect(rangeOf({ range: 'nonsense' }, now).to - rangeOf({}, now).from).toBe(30 * dayMs);
  });

  test('by hours for a week, by days for a month', () => {
    expect(timeSideOf(rangeOf({ range: '7d' }, now), true)).toBe('hour');
    expect(timeSideOf(rangeOf({ range: '7d' }, now), false)).toBe('day');
    expect(timeSideOf(rangeOf({ range: '30d' }, now), true)).toBe('day');
  });

  test('whose: everybody’s only by those who may see it', () => {
    expect(narrowedBy({}, true).userId).toBe('all');
    expect(narrowedBy({ of: 'me' }, true).userId).toBeUndefined();
    expect(narrowedBy({ user: 'usr_1' }, false).userId).toBeUndefined();
  });

  test('sides that only administrators see, and splits that say nothing', () => {
    expect(dimensionsFor(false, false)).toEqual(['model', 'key', 'group', 'endpoint', 'status', 'hour', 'day']);
    expect(splitsFor('model', dimensionsFor(false, false))).toEqual(['key', 'group', 'endpoint']);
    expect(splitsFor('status', dimensionsFor(true, true))).toEqual([]);
  });
});

describe('the requests behind a row', () => {
  test('are found where the log can be narrowed so', () => {
    // The hours that were summed up, not those up to the moment of reading.
    expect(logSearchOf({ key: 'key_1' }, 'model', 'gpt-5', now)).toMatchObject({
      range: '2026-10-30T13:00:00Z..2026-11-29T13:00:00Z',
      key: 'key_1',
      model: 'gpt-5',
    });
    const start = Date.UTC(2026, 10, 28);
    expect(logSearchOf({}, 'day', String(start), now)?.['range']).toBe('2026-11-28T00:00:00Z..2026-11-29T00:00:00Z');
    expect(logSearchOf({ provider: 'openai' }, 'group', 'default', now)).toMatchObject({
      provider: 'openai',
      group: 'default',
    });
    // What is summed up as one without a name has names of its own in the log.
    expect(logSearchOf({}, 'model', '', now)).toBeUndefined();
  });
});

describe('measures', () => {
  test('are written in their units', () => {
    expect(writeMeasure('cost', 12_340_000_000)).toBe('$12.34');
    expect(writeMeasure('ttftP95', 1500)).toBe('1.50 s');
    expect(writeMeasure('tokensPerSecond', null)).toBe('–');
    expect(writeShort('inputTokens', 1_250_000)).toBe('1.3M');
    expect(valueOf('cost', usageSums({ costNanos: '5' }))).toBe(5);
    expect(addsUp('cost')).toBe(true);
    expect(addsUp('ttftP50')).toBe(false);
  });

  test('waste is what writing cost beyond what reading saved', () => {
    expect(wastedOf(usageSums({ cacheExtraNanos: '10', cacheSavedNanos: '4' }))).toBe(6n);
    expect(wastedOf(usageSums({ cacheExtraNanos: '4', cacheSavedNanos: '10' }))).toBe(0n);
  });
});

describe('usage over time', () => {
  const from = Date.UTC(2026, 10, 26);
  const part = (key: string, requests: number) => ({ key, label: key, sums: usageSums({ requests }), previous: null });
  const row = (at: number, ...split: readonly ReturnType<typeof part>[]) => ({
    ...part(
      String(at),
      split.reduce((all, one) => all + one.sums.requests, 0),
    ),
    split: [...split],
  });
  const answer = (rows: UsageAnswer['rows']): UsageAnswer => ({
    from,
    to: from + 3 * dayMs,
    source: 'rollups',
    rows,
    others: null,
    total: usageSums({}),
    previousTotal: null,
  });
  const options = {
    measure: 'requests',
    lengthMs: dayMs,
    rest: 'Others',
    whole: 'All',
    top: [{ key: 'a', label: 'A' }],
  } as const;

  test('has no holes, and what has no series of its own is the rest', () => {
    const { series, buckets } = seriesOf({
      ...options,
      answer: answer([row(from, part('a', 3), part('b', 1)), row(from + 2 * dayMs, part('a', 2))]),
    });
    expect(series.map(({ label }) => label)).toEqual(['A', 'Others']);
    expect(buckets).toEqual([
      { at: from, values: [3, 1] },
      { at: from + dayMs, values: [0, 0] },
      { at: from + 2 * dayMs, values: [2, 0] },
    ]);
  });

  test('a rest of nothing is not told', () => {
    const { series, buckets } = seriesOf({ ...options, answer: answer([row(from, part('a', 3))]) });
    expect(series).toHaveLength(1);
    expect(buckets[0]).toEqual({ at: from, values: [3] });
  });

  test('what nothing tells apart is one series', () => {
    const { series, buckets } = seriesOf({ ...options, answer: answer([row(from + dayMs)]) });
    expect(series).toEqual([{ id: 'all', label: 'All' }]);
    expect(buckets.map(({ values }) => values[0])).toEqual([0, 0, 0]);
  });

  test('times do not add up: there is no rest, and nothing is not 0', () => {
    const { series, buckets } = seriesOf({
      ...options,
      measure: 'ttftP95',
      answer: answer([row(from, { ...part('a', 1), sums: usageSums({ ttftP95Ms: 90 }) }, part('b', 1))]),
    });
    expect(series).toHaveLength(1);
    expect(buckets.map(({ values }) => values[0] ?? null)).toEqual([90, null, null]);
  });

  test('days begin at the reader’s midnight, even before the first hour asked for', () => {
    const midnight = from - 6 * hourMs;
    const { buckets } = seriesOf({ ...options, answer: answer([row(midnight, part('a', 1))]) });
    expect(buckets.map(({ at }) => at)).toEqual([0, 1, 2, 3].map((day) => midnight + day * dayMs));
  });
});
