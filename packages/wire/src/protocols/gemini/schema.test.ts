import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { isObject } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { cleanSchema } from './schema-clean.ts';
import { readSchema } from './schema-read.ts';

function clean(schema: JsonObject): { readonly schema: JsonObject; readonly changed: readonly string[] } {
  const changed: string[] = [];
  return { schema: cleanSchema(schema, (what) => changed.push(what)), changed };
}

describe('cleanSchema', () => {
  test('keeps what Gemini knows, in its words, without a loss', () => {
    expect(
      clean({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: {
          city: { type: 'string', description: 'Where', minLength: 1 },
          unit: { type: ['string', 'null'], enum: ['c', 'f', null] },
          days: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
          tags: { type: 'array', items: { type: 'string' } },
          at: { type: 'string', format: 'date-time' },
        },
        required: ['city', 'gone'],
        additionalProperties: false,
      }),
    ).toEqual({
      schema: {
        type: 'OBJECT',
        properties: {
          city: { type: 'STRING', description: 'Where', minLength: 1 },
          unit: { type: 'STRING', nullable: true, enum: ['c', 'f'] },
          days: { type: 'INTEGER', minimum: 1, nullable: true },
          tags: { type: 'ARRAY', items: { type: 'STRING' } },
          at: { type: 'STRING', format: 'date-time' },
        },
        required: ['city'],
      },
      changed: [],
    });
  });

  test('writes references out where they stand', () => {
    const { schema, changed } = clean({
      type: 'object',
      properties: { a: { $ref: '#/$defs/Name', description: 'mine' }, b: { $ref: '#/definitions/x~1y' } },
      $defs: { Name: { type: 'string', description: 'theirs', maxLength: 9 } },
      definitions: { 'x/y': { allOf: [{ $ref: '#/$defs/Name' }, { minLength: 2 }] } },
    });
    expect(changed).toEqual([]);
    expect(schema['properties']).toEqual({
      a: { type: 'STRING', description: 'mine', maxLength: 9 },
      b: { type: 'STRING', description: 'theirs', maxLength: 9, minLength: 2 },
    });
  });

  test('cuts a circle, and says so', () => {
    const { schema, changed } = clean({
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, value: { type: 'number' } } } },
      $ref: '#/$defs/Node',
    });
    expect(schema).toEqual({ type: 'OBJECT', properties: { next: { type: 'OBJECT' }, value: { type: 'NUMBER' } } });
    expect(changed).toEqual(['the reference #/$defs/Node, which is circular or unknown']);
  });

  test('tells what it could not keep', () => {
    const { schema, changed } = clean({
      type: 'object',
      properties: {
        level: { type: 'integer', enum: [1, 2], exclusiveMinimum: 0 },
        mail: { type: 'string', format: 'email', contentEncoding: 'base64' },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
        any: { type: 'array' },
        map: { type: 'object', additionalProperties: { type: 'string' } },
        both: { type: ['string', 'integer'] },
      },
    });
    expect(schema['properties']).toEqual({
      level: { type: 'INTEGER', minimum: 1, description: 'One of: 1, 2' },
      mail: { type: 'STRING' },
      pair: { type: 'ARRAY', items: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] } },
      any: { type: 'ARRAY', items: { type: 'STRING' } },
      map: { type: 'OBJECT' },
      both: { anyOf: [{ type: 'STRING' }, { type: 'INTEGER' }] },
    });
    expect(changed).toEqual([
      'an enum that is not of texts',
      'the keyword contentEncoding',
      'the format email',
      'the places of a tuple',
      'items of any type',
      'the keyword additionalProperties',
    ]);
  });

  test('does not grow without bound on references that multiply', () => {
    const $defs: Record<string, JsonObject> = { d0: { type: 'string' } };
    for (let i = 1; i < 40; i++) {
      const half = { $ref: `#/$defs/d${i - 1}` };
      $defs[`d${i}`] = { type: 'object', properties: { a: half, b: half } };
    }
    const { schema, changed } = clean({ $defs, $ref: '#/$defs/d39' });
    expect(JSON.stringify(schema).length).toBeLessThan(500_000);
    expect(changed).toContain('a schema too deep or too large');
  });

  test('takes anything, and what it wrote it leaves as it is', () => {
    const keys = fc.constantFrom('type', 'anyOf', 'items', 'properties', 'enum', '$ref', 'allOf', 'a', 'required');
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>('object', 'string', 'array', '#', '#/a', null, true, 1),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(keys, tie('json'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, (schema) => {
        if (!isObject(schema)) return;
        expect(isObject(cleanSchema(schema, () => {}))).toBe(true);
        expect(isObject(readSchema(schema))).toBe(true);
      }),
    );
  });
});

test("reads Google's schema as JSON schema", () => {
  expect(
    readSchema({
      type: 'OBJECT',
      properties: {
        n: { type: 'INTEGER', nullable: true, format: 'int32' },
        s: { type: 'STRING', format: 'enum', enum: ['a'], max_length: '9' },
        u: { any_of: [{ type: 'STRING' }, { type: 'NUMBER' }], nullable: true },
      },
      propertyOrdering: ['n'],
    }),
  ).toEqual({
    type: 'object',
    properties: {
      n: { type: ['integer', 'null'], format: 'int32' },
      s: { type: 'string', enum: ['a'], maxLength: 9 },
      u: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
    },
  });
});
