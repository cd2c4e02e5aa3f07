import { expect, test } from 'bun:test';
import { createIdSource } from './ids.ts';

test('ids ascend within a process, also when the clock goes back or the counter is full', () => {
  let now = 1_700_000_000_000;
  const newId = createIdSource(
    () => now,
    () => new Uint8Array(7).fill(255),
  );
  const ids: string[] = [];
  for (let i = 0; i < 3000; i++) {
    if (i % 1000 === 999) now -= 5;
    else if (i % 7 === 0) now++;
    ids.push(newId());
  }
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]).toMatch(/^[0-9a-hjkmnp-tv-z]{21}$/);
});

test('two processes never make the same id at the same moment', () => {
  const clock = (): number => 5;
  const one = createIdSource(clock, () => new Uint8Array([1, 2, 3, 4, 5, 6, 7]));
  const two = createIdSource(clock, () => new Uint8Array([1, 2, 3, 4, 5, 6, 8]));
  expect(one()).not.toBe(two());
});
