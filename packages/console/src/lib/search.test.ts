import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseSearch, stringifySearch } from './search.ts';

test('a query string is texts: a cursor of digits stays one', () => {
  expect(parseSearch('?after=0123&failed=true&model=a%20b&model=c')).toEqual({
    after: '0123',
    failed: 'true',
    model: ['a b', 'c'],
  });
  expect(stringifySearch({ model: ['a b', 'c'], page: 2, on: false, none: undefined, empty: '' })).toBe(
    '?model=a+b&model=c&page=2&on=false',
  );
  expect(stringifySearch({ none: undefined })).toBe('');
});

test('a name that every object has is a name like any other', () => {
  expect(parseSearch('?constructor=a&constructor=b&toString=c')).toEqual({ constructor: ['a', 'b'], toString: 'c' });
});

test('what is written is read again', () => {
  const text = fc.string({ minLength: 1 });
  const search = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 4 })),
  );
  fc.assert(fc.property(search, (one) => expect(parseSearch(stringifySearch(one))).toEqual({ ...one })));
});
