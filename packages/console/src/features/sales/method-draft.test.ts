import { expect, test } from 'bun:test';
import { draftOf, fieldsOf, secretsOf, settingsOf } from './method-draft.ts';

const schema = {
  type: 'object',
  properties: {
    siteUrl: { type: 'string', maxLength: 500, description: 'Where.' },
    instructions: { type: 'string', maxLength: 5000 },
    fetchBack: { type: 'boolean', default: true },
    types: { type: 'array', items: { type: 'string' } },
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
  ]);
  expect(
    settingsOf(fields, { siteUrl: ' https://x ', fetchBack: 'false', types: 'card, alipay', instructions: '' }),
  ).toEqual({
    siteUrl: 'https://x',
    fetchBack: false,
    types: ['card', 'alipay'],
  });
  expect(secretsOf({ key: '', other: 'x' })).toEqual({ other: 'x' });
  expect(fieldsOf(undefined)).toEqual([]);
  expect(draftOf(undefined)).toMatchObject({ currency: 'USD', rate: '1', enabled: true, values: {} });
});
