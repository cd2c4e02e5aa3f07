import { expect, test } from 'bun:test';
import { handedOn, type Slot } from './use-drawn.ts';

const after = (...steps: readonly string[]): string =>
  steps
    .reduce<readonly Slot[]>((before, ids) => handedOn(before, [...ids]), [])
    .map(({ id, slot }) => `${id}${slot}`)
    .join(' ');

test('rows that stay keep their elements, and those that come to them get new ones', () => {
  expect(after('abc')).toBe('a0 b1 c2');
  expect(after('abc', 'bcd')).toBe('b1 c2 d3');
  expect(after('abc', 'bcd', 'abc')).toBe('a4 b1 c2');
  expect(after('abc', 'xab')).toBe('x3 a0 b1');
});

test('where all rows are others, they take over the elements in order', () => {
  expect(after('abc', 'xyz')).toBe('x0 y1 z2');
  expect(after('abc', 'bcd', 'wxyz')).toBe('w1 x2 y3 z4');
  expect(after('abc', 'xyz', 'ab')).toBe('a0 b1');
});

test('no two rows have the same elements, whatever comes and goes', () => {
  let slots: readonly Slot[] = [];
  for (let turn = 0; turn < 200; turn++) {
    const from = (turn * turn * 7) % 50;
    slots = handedOn(
      slots,
      Array.from({ length: 5 + (turn % 4) }, (_, place) => `row ${from + place}`),
    );
    expect(new Set(slots.map(({ slot }) => slot)).size).toBe(slots.length);
  }
});
