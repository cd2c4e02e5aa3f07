import fc from 'fast-check';
import { expect, test } from 'bun:test';
import { changesOfOrder, put, type Placed } from './order.ts';

const list = (...priorities: readonly number[]): readonly Placed[] =>
  priorities.map((priority, index) => ({ id: 'abcdef'[index] ?? '', priority, fixed: false }));
const shown = (placed: readonly Placed[] | undefined) =>
  placed?.map(({ id, priority }) => `${id}${priority}`).join(' ');

test('a channel takes the priority of those it is put among, or one between', () => {
  expect(shown(put(list(20, 10, 10, 0), 'd', 2))).toBe('a20 b10 d10 c10');
  expect(shown(put(list(20, 10, 0), 'c', 1))).toBe('a20 c15 b10');
  expect(shown(put(list(20, 10, 0), 'c', 0))).toBe('c30 a20 b10');
  expect(shown(put(list(20, 10, 0), 'a', 2))).toBe('b10 c0 a-10');
});

test('where no number lies between, those above make room', () => {
  const before = list(2, 1, 0);
  const after = put(before, 'c', 1) ?? [];
  expect(shown(after)).toBe('a22 c11 b1');
  expect(changesOfOrder(before, after)).toEqual([
    { id: 'a', from: 2, to: 22 },
    { id: 'c', from: 0, to: 11 },
  ]);
});

test('what a file owns does not move, nor makes room', () => {
  const owned = list(2, 1, 0).map((one) => (one.id === 'a' ? { ...one, fixed: true } : one));
  expect(put(owned, 'a', 2)).toBeUndefined();
  expect(put(owned, 'c', 1)).toBeUndefined();
  expect(put(list(1_000_000, 0), 'b', 0)).toBeUndefined();
});

test('after any move the list is in order, and the moved one is where it was put', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 6 }),
      fc.nat(5),
      fc.nat(5),
      (priorities, from, to) => {
        const before = list(...priorities.toSorted((one, other) => other - one));
        const moved = before[from % before.length];
        const place = to % before.length;
        const after = put(before, moved?.id ?? '', place) ?? [];
        expect(after.findIndex(({ id }) => id === moved?.id)).toBe(place);
        expect(after.map(({ priority }) => priority)).toEqual(
          after.map(({ priority }) => priority).toSorted((one, other) => other - one),
        );
      },
    ),
  );
});
