import { expect, test } from 'bun:test';
import { earned, knownShare } from './earned.ts';

test('the margin is of what has a known cost, and may be a loss', () => {
  expect(earned({ costedNanos: '200', costNanos: '50' })).toEqual({ nanos: 150n, share: 0.75 });
  expect(earned({ costedNanos: '7', costNanos: '9' })).toMatchObject({ nanos: -2n });
  expect(earned({ costedNanos: '0', costNanos: '9' })).toEqual({ nanos: -9n, share: null });
  expect([
    knownShare({ revenueNanos: '0', costedNanos: '0' }),
    knownShare({ revenueNanos: '4', costedNanos: '1' }),
  ]).toEqual([null, 0.25]);
});
