import { expect, test } from 'bun:test';
import { changeOf, errorRate } from './usage-sums.ts';

test('how a number moved is a share of what it was, and nothing where there was nothing', () => {
  expect([changeOf(150, 100), changeOf(50, 100), changeOf(1, 0), changeOf(null, 1), changeOf(1, null)]).toEqual([
    0.5,
    -0.5,
    undefined,
    undefined,
    undefined,
  ]);
});

test('no requests are no errors', () => {
  expect([errorRate({ requests: 0, errors: 0 }), errorRate({ requests: 4, errors: 1 })]).toEqual([0, 0.25]);
});
