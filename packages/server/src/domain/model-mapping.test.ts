import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { followMappings } from './model-mapping.ts';

test('follows chains to their ends', () => {
  const { ends, cycles } = followMappings([
    { name: 'fast', upstream: 'mini' },
    { name: 'mini', upstream: 'gpt-x' },
    { name: 'plain', upstream: 'plain' },
    { name: 'alias', upstream: 'plain' },
  ]);
  expect(cycles).toEqual([]);
  expect([...ends].map(([name, { upstream }]) => [name, upstream])).toEqual([
    ['fast', 'gpt-x'],
    ['mini', 'gpt-x'],
    ['plain', 'plain'],
    ['alias', 'plain'],
  ]);
});

test('what a model is, is said by the first of its chain that says it', () => {
  const { ends } = followMappings([
    { name: 'chat', upstream: 'prod' },
    { name: 'prod', upstream: 'prod', baseModel: 'gpt-5' },
    { name: 'old', upstream: 'prod', baseModel: 'gpt-4o' },
    { name: 'other', upstream: 'elsewhere' },
  ]);
  expect([...ends.values()].map(({ baseModel }) => baseModel)).toEqual(['gpt-5', 'gpt-5', 'gpt-4o', undefined]);
});

test('names cycles and gives their names no end, nor those of chains that run into one', () => {
  const { ends, cycles } = followMappings([
    { name: 'a', upstream: 'b' },
    { name: 'b', upstream: 'a' },
    { name: 'into', upstream: 'a' },
    { name: 'ok', upstream: 'x' },
  ]);
  expect(cycles[0]).toEqual(['a', 'b', 'a']);
  expect([...ends.keys()]).toEqual(['ok']);
});

test('always ends, and every name has either an end that maps no further or a cycle', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  fc.assert(
    fc.property(fc.uniqueArray(fc.record({ name, upstream: name }), { selector: (entry) => entry.name }), (models) => {
      const { ends, cycles } = followMappings(models);
      expect(ends.size + cycles.length).toBe(models.length);
      for (const { upstream } of ends.values())
        expect(models.find((entry) => entry.name === upstream)?.upstream ?? upstream).toBe(upstream);
    }),
  );
});
