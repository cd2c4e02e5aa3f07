import { expect, test } from 'bun:test';
import { rowFieldsOf, rowsOf, withField } from './row-fields.ts';

const rule = {
  type: 'object',
  properties: {
    protocol: { type: 'string', enum: ['one', 'two'] },
    kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
    clients: { type: 'array', items: { type: 'string', enum: ['one', 'two'] } },
    models: { type: 'array', items: { type: 'string' } },
    path: { type: 'string' },
    auth: {
      oneOf: [
        { type: 'object', properties: { in: { const: 'none' } }, required: ['in'] },
        {
          type: 'object',
          properties: { in: { enum: ['header', 'query'] }, name: { type: 'string' } },
          required: ['in', 'name'],
        },
      ],
    },
  },
  required: ['protocol', 'kind', 'path'],
};

test('the fields of a row follow from the schema of the items', () => {
  const fields = rowFieldsOf(rule);
  expect(fields.map(({ name, kind, required, choices }) => [name, kind, required, choices])).toEqual([
    ['protocol', 'choice', true, ['one', 'two']],
    ['kind', 'choice', false, ['a', 'b']],
    ['clients', 'tags', false, ['one', 'two']],
    ['models', 'tags', false, []],
    ['path', 'text', true, []],
    ['auth', 'object', false, []],
  ]);
});

test('a thing of several shapes has the fields of all, and what only some need is not required', () => {
  const auth = rowFieldsOf(rule).at(-1);
  expect(auth?.fields.map(({ name, kind, required, choices }) => [name, kind, required, choices])).toEqual([
    ['in', 'choice', true, ['none', 'header', 'query']],
    ['name', 'text', false, []],
  ]);
});

test('a field that is emptied is not there any more', () => {
  expect(withField({ a: 'x', b: 'y' }, 'a', '')).toEqual({ b: 'y' });
  expect(withField({ b: 'y' }, 'list', [])).toEqual({ b: 'y' });
  expect(withField({ b: 'y' }, 'auth', { in: 'none' })).toEqual({ b: 'y', auth: { in: 'none' } });
});

test('what is no list has no rows', () => {
  expect(rowsOf('')).toEqual([]);
  expect(rowsOf('{"a":1}')).toEqual([]);
  expect(rowsOf('[{"a":1}, 2, null]')).toEqual([{ a: 1 }]);
});
