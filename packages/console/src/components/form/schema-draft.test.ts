import { expect, test } from 'bun:test';
import { fieldsOf, secretsOf, settingsOf } from './schema-draft.ts';

const schema = {
  type: 'object',
  properties: {
    siteUrl: { type: 'string', maxLength: 500, description: 'Where.' },
    instructions: { type: 'string', maxLength: 5000 },
    fetchBack: { type: 'boolean', default: true },
    types: { type: 'array', items: { type: 'string' } },
    level: { type: 'integer', default: 2 },
    style: { type: 'string', enum: ['a', 'b'], default: 'a' },
    policy: { type: 'object' },
  },
  required: ['siteUrl'],
};

test('fields follow from a schema, and what is typed becomes what the provider takes', () => {
  const fields = fieldsOf(schema);
  expect(fields.map(({ name, kind, required, fallback }) => [name, kind, required, fallback])).toEqual([
    ['siteUrl', 'text', true, ''],
    ['instructions', 'long', false, ''],
    ['fetchBack', 'switch', false, 'true'],
    ['types', 'list', false, ''],
    ['level', 'number', false, '2'],
    ['style', 'choice', false, 'a'],
    ['policy', 'json', false, ''],
  ]);
  expect(
    settingsOf(fields, {
      siteUrl: ' https://x ',
      fetchBack: 'false',
      types: 'card, alipay',
      instructions: '',
      level: '3',
      policy: '{"a":1}',
    }),
  ).toEqual({
    siteUrl: 'https://x',
    fetchBack: false,
    types: ['card', 'alipay'],
    level: 3,
    policy: { a: 1 },
  });
  expect(settingsOf(fields, { policy: '{' })).toEqual({ policy: '{' });
  expect(secretsOf({ key: '', other: 'x' })).toEqual({ other: 'x' });
  expect(fieldsOf(undefined)).toEqual([]);
});
