import { describe, expect, test } from 'bun:test';
import type { RequestView } from './request-view.ts';
import { arrived, merged, noTail, released } from './tail.ts';

const request = (number: number): RequestView =>
  ({ id: `req_${String(number).padStart(6, '0')}`, at: number }) as RequestView;
const some = (...numbers: readonly number[]): readonly RequestView[] => numbers.map(request);
const ats = (requests: readonly RequestView[]): readonly number[] => requests.map(({ at }) => at);

describe('two lists as one', () => {
  test('latest first, each request once', () => {
    expect(ats(merged(some(9, 5, 3), some(7, 5, 1)))).toEqual([9, 7, 5, 3, 1]);
    expect(ats(merged([], some(2, 1)))).toEqual([2, 1]);
    expect(ats(merged(some(2, 1), []))).toEqual([2, 1]);
    expect(ats(merged(some(2, 1), some(2, 1)))).toEqual([2, 1]);
  });
});

describe('requests that end while somebody looks', () => {
  test('are shown latest first, though they end in another order', () => {
    const tail = arrived(
      arrived(noTail, { requests: [...some(3, 4)], missed: 0 }, false),
      { requests: [...some(2)], missed: 0 },
      false,
    );
    expect(ats(tail.shown)).toEqual([4, 3, 2]);
    expect(tail.gap).toBe(false);
  });

  test('wait while the reader is away, and are shown when they are back', () => {
    const held = arrived(
      arrived(noTail, { requests: [...some(1)], missed: 0 }, false),
      { requests: [...some(2, 3)], missed: 0 },
      true,
    );
    expect(ats(held.shown)).toEqual([1]);
    expect(held.waitingCount).toBe(2);
    const back = released(held);
    expect(ats(back.shown)).toEqual([3, 2, 1]);
    expect(back.waitingCount).toBe(0);
  });

  test('what was missed is counted, and the log is to be read again', () => {
    const held = arrived(noTail, { requests: [...some(1)], missed: 4 }, true);
    expect(held).toMatchObject({ waitingCount: 5, gap: true });
    expect(released(held).gap).toBe(true);
  });

  test('no more than two thousand are kept', () => {
    const many = Array.from({ length: 2100 }, (_, at) => request(at));
    const tail = arrived(noTail, { requests: many, missed: 0 }, false);
    expect(tail.shown.length).toBe(2000);
    expect(tail.shown[0]?.at).toBe(2099);
    expect(tail.gap).toBe(true);
  });
});
