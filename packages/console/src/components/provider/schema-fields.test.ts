import { expect, test } from 'bun:test';
import { entered, fieldsOf } from './schema-fields.ts';

test('the fields of a form follow from the schema: secrets hidden, choices listed, what has a default not required', () => {
  const fields = fieldsOf(
    {
      type: 'object',
      properties: {
        apiKey: { type: 'string', description: 'From the console of the vendor.' },
        region: { enum: ['eu', 'us'], default: 'eu' },
        kind: { const: 'x' },
      },
      required: ['apiKey', 'region', 'kind'],
    },
    true,
  );
  expect(fields.map(({ name, kind, label, required }) => [name, kind, label, required])).toEqual([
    ['apiKey', 'secret', 'API key', true],
    ['region', 'choice', 'Region', false],
  ]);
});

test('the words of the descriptor are taken, and what may be empty is still a text', () => {
  const [key, id] = fieldsOf(
    {
      properties: {
        apiKey: {
          anyOf: [
            { type: 'string', pattern: '^[!-~]+$' },
            { type: 'string', const: '' },
          ],
          label: 'Key',
          help: 'Or nothing.',
          placeholder: 'sk-…',
          secret: true,
        },
        tenant: { type: 'string', secret: false },
      },
    },
    true,
  );
  expect(key).toMatchObject({
    kind: 'secret',
    label: 'Key',
    help: 'Or nothing.',
    placeholder: 'sk-…',
    required: false,
  });
  expect(id?.kind).toBe('text');
});

test('of several shapes only what each needs is required', () => {
  const shape = (...names: readonly string[]) => ({
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    required: names,
  });
  const fields = fieldsOf({ anyOf: [shape('apiKey'), shape('accessKeyId', 'secretAccessKey')] }, true);
  expect(fields.map(({ name, required }) => [name, required])).toEqual([
    ['apiKey', false],
    ['accessKeyId', false],
    ['secretAccessKey', false],
  ]);
});

test('what is empty is not sent, and each kind is sent as what it is', () => {
  const fields = fieldsOf(
    { properties: { a: { type: 'string' }, b: { type: 'boolean' }, c: { type: 'integer' }, d: { type: 'object' } } },
    false,
  );
  expect(entered(fields, { a: ' ', b: 'true', c: '3', d: '{"x":1}' })).toEqual({ b: true, c: 3, d: { x: 1 } });
});
