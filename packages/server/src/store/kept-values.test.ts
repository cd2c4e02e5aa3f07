import { expect, test } from 'bun:test';
import { keptValueRepository } from './kept-values.ts';
import { eachDatabase } from './testing/databases.ts';

eachDatabase('kept values', (open) => {
  test('are found until they expire, replaced, dropped and pruned', async () => {
    const database = await open();
    const long = 'ö'.repeat(200_000);
    await keptValueRepository.put(database, []);
    await keptValueRepository.put(database, [
      { id: 'a', value: 'one', expiresAt: 100 },
      { id: 'A', value: 'other', expiresAt: 100 },
      { id: 'b', value: long, expiresAt: 300 },
    ]);
    expect((await keptValueRepository.find(database, ['a', 'b', 'c'], 50)).get('b')?.value).toBe(long);
    expect(
      [...(await keptValueRepository.find(database, ['a', 'A'], 99)).values()].map(({ value }) => value).toSorted(),
    ).toEqual(['one', 'other']);
    expect((await keptValueRepository.find(database, ['a'], 100)).size).toBe(0);
    expect((await keptValueRepository.find(database, [], 0)).size).toBe(0);
    // More than any of the databases takes in one statement.
    const many = Array.from({ length: 70_000 }, (_, i) => `id_${i}`);
    expect([...(await keptValueRepository.find(database, [...many, 'a'], 50)).keys()]).toEqual(['a']);

    await keptValueRepository.put(database, [{ id: 'a', value: 'two', expiresAt: 200 }]);
    expect((await keptValueRepository.find(database, ['a'], 150)).get('a')).toEqual({
      id: 'a',
      value: 'two',
      expiresAt: 200,
    });

    expect(await keptValueRepository.prune(database, 250, 1)).toBe(1);
    expect(await keptValueRepository.prune(database, 250, 10)).toBe(1);
    expect(await keptValueRepository.prune(database, 250, 10)).toBe(0);
    expect((await keptValueRepository.find(database, ['a', 'A', 'b'], 0)).size).toBe(1);
    expect(await keptValueRepository.take(database, 'b')).toBe(true);
    expect(await keptValueRepository.take(database, 'b')).toBe(false);
    await keptValueRepository.put(database, [{ id: 'b', value: 'back', expiresAt: 300 }]);
    await keptValueRepository.remove(database, ['b', 'never']);
    await keptValueRepository.remove(database, []);
    expect((await keptValueRepository.find(database, ['b'], 0)).size).toBe(0);
  });

  test('are added once, until they expire', async () => {
    const database = await open();
    const add = (value: string, now: number): Promise<boolean> =>
      keptValueRepository.add(database, { id: 'a', value, expiresAt: now + 100 }, now);
    const together = await Promise.all(Array.from({ length: 5 }, (_, index) => add(`${index}`, 0)));
    expect(together.filter(Boolean).length).toBe(1);
    expect(await add('late', 99)).toBe(false);
    expect((await keptValueRepository.find(database, ['a'], 99)).get('a')?.value).toBe(`${together.indexOf(true)}`);
    expect(await add('next', 100)).toBe(true);
    expect((await keptValueRepository.find(database, ['a'], 150)).get('a')?.value).toBe('next');
  });
});
