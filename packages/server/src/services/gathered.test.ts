import { expect, test } from 'bun:test';
import { gathered } from './gathered.ts';

test('what comes while work is under way is done together afterwards, at most so many, and each is told its own', async () => {
  const rounds: string[][] = [];
  const gate = Promise.withResolvers<void>();
  const shout = gathered(3, async (words: readonly string[]) => {
    rounds.push([...words]);
    if (rounds.length === 1) await gate.promise;
    return words.map((word) => word.toUpperCase());
  });
  const first = [shout('a'), shout('b')];
  while (rounds.length === 0) await Promise.resolve();
  const later = ['c', 'd', 'e', 'f'].map(shout);
  gate.resolve();
  expect(await Promise.all([...first, ...later])).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
  expect(rounds).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']]);
});

test('a round that fails fails for its own, and the next is done', async () => {
  let rounds = 0;
  const work = gathered(1, (items: readonly number[]) =>
    ++rounds === 1 ? Promise.reject(new Error('away')) : Promise.resolve(items),
  );
  const ends = await Promise.allSettled([work(1), work(2)]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(await work(3)).toBe(3);
});
