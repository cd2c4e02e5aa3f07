import { expect, test } from 'bun:test';
import { inTurns } from './in-turns.ts';

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

test('each has its turn, and no more than so many at once', async () => {
  const begun: number[] = [];
  const open: (() => void)[] = [];
  const all = inTurns([1, 2, 3, 4], 2, async (thing) => {
    begun.push(thing);
    await new Promise<void>((done) => open.push(done));
  });
  await settled();
  expect(begun).toEqual([1, 2]);
  open.shift()?.();
  await settled();
  expect(begun).toEqual([1, 2, 3]);
  while (open.length > 0) {
    open.shift()?.();
    await settled();
  }
  await all;
  expect(begun).toEqual([1, 2, 3, 4]);
});

test('who stops lets end what has begun, and begins nothing more', async () => {
  const stop = new AbortController();
  const done: number[] = [];
  await inTurns(
    [1, 2, 3, 4],
    1,
    async (thing) => {
      if (thing === 2) stop.abort();
      await Promise.resolve();
      done.push(thing);
    },
    stop.signal,
  );
  expect(done).toEqual([1, 2]);
});
