import { expect, test } from 'bun:test';
import { hasMore, nothingFound, readList, stillFound } from './model-watch.ts';

const served = [
  { name: 'a', upstream: 'a' },
  { name: 'public-b', upstream: 'b' },
  { name: 'unlisted', upstream: 'unlisted' },
];

test('the first list is remembered, and what comes after it is new', () => {
  const first = readList(['a', 'b', 'x', 'y'], undefined, served, []);
  expect(first.found).toEqual(nothingFound);
  const second = readList(['a', 'x', 'new', 'old-preview'], first.known, served, ['regex:-preview$']);
  // `unlisted` never was on a list, so nobody misses it.
  expect(second.found).toEqual({ new: ['new'], gone: ['b'] });
  expect([...second.known].toSorted()).toEqual(['a', 'b', 'x', 'y']);
  const third = readList(['a', 'b', 'new'], second.known, served, []);
  expect(third.found).toEqual({ new: ['new'], gone: [] });
  expect(hasMore(third.found, second.found)).toBeFalse();
  expect(hasMore({ new: ['new', 'newer'], gone: [] }, second.found)).toBeTrue();
});

test('what was taken by hand is found no longer, and missed once it goes', () => {
  const found = { new: ['new', 'newer'], gone: ['b'] };
  const more = [...served.slice(0, 1), { name: 'new', upstream: 'new' }];
  expect(stillFound(found, more, [])).toEqual({ new: ['newer'], gone: [] });
  expect(stillFound(found, served, ['newer'])).toEqual({ new: ['new'], gone: served.slice(1, 2) });
  const { known } = readList(['a', 'new'], new Set(['a']), more, []);
  expect(readList(['a'], known, more, []).found).toEqual({ new: [], gone: ['new'] });
});
