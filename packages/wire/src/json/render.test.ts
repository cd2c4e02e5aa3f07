import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../protocol.ts';
import { decodeText, encodeText } from '../text.ts';
import { removeAt, setAt } from './path.ts';
import { render } from './render.ts';

function edit(text: string, change: (json: JsonObject) => JsonObject): string {
  const json = JSON.parse(text) as JsonObject;
  return decodeText(render(encodeText(text), json, change(json)));
}

describe('render', () => {
  test('returns the bytes themselves when nothing changed', () => {
    const bytes = encodeText('{"a": 1}');
    const json = { a: 1 };
    expect(render(bytes, json, json)).toBe(bytes);
    expect(render(bytes, json, { ...json })).toBe(bytes);
  });

  test('replaces one value and keeps every other byte', () => {
    const text = '\n{ "id":12345678901234567890,\t"model" : "a" , "f":1.0, "s":"\\u00e9\\/", "z":[1e2 , -0]}\n';
    expect(edit(text, (json) => ({ ...json, model: 'b"é' }))).toBe(text.replace('"a"', '"b\\"é"'));
  });

  test('removes members with their commas', () => {
    const text = '{ "a" : 1 , "b" : 2 , "c" : 3 }';
    expect(edit(text, ({ a: _, ...rest }) => rest)).toBe('{ "b" : 2 , "c" : 3 }');
    expect(edit(text, ({ b: _, ...rest }) => rest)).toBe('{ "a" : 1 , "c" : 3 }');
    expect(edit(text, ({ c: _, ...rest }) => rest)).toBe('{ "a" : 1 , "b" : 2 }');
    expect(edit(text, ({ a: _, b: __, ...rest }) => rest)).toBe('{ "c" : 3 }');
    expect(edit(text, ({ b: _, c: __, ...rest }) => rest)).toBe('{ "a" : 1 }');
    expect(edit(text, () => ({}))).toBe('{  }');
  });

  test('adds members, also to an empty object and in place of the removed ones', () => {
    expect(edit('{"a":1 }', (json) => ({ ...json, b: [1], c: null }))).toBe('{"a":1,"b":[1],"c":null }');
    expect(edit('{ }', () => ({ b: 1 }))).toBe('{ "b":1}');
    expect(edit('{"a":1}', () => ({ b: 1 }))).toBe('{"b":1}');
  });

  test('splices inside objects and arrays, so that siblings of a nested edit keep their bytes', () => {
    const text = '{"o": {"big":9007199254740993, "x": true}, "m": [ {"n":10000000000000000001,"t":"a"}, {"n": 1.50} ]}';
    expect(edit(text, (json) => setAt(json, 'o.x', false))).toBe(text.replace('true', 'false'));
    expect(edit(text, (json) => setAt(json, 'm.0.t', 'b'))).toBe(text.replace('"a"', '"b"'));
    expect(edit(text, (json) => setAt(json, 'o.include_usage', true))).toBe(
      text.replace('true}', 'true,"include_usage":true}'),
    );
    expect(edit(text, (json) => removeAt(json, 'm.0'))).toBe(
      '{"o": {"big":9007199254740993, "x": true}, "m": [{"n": 1.50}]}',
    );
    expect(edit(text, (json) => setAt(json, 'm.2', 7))).toContain('[{"n":10000000000000000001,"t":"a"},{"n": 1.50},7]');
  });

  test('a changed key that stands twice is written once, in its last place; an untouched one keeps both', () => {
    expect(edit('{"model":"x","a":1,"a":2,"model":"y"}', (json) => ({ ...json, model: 'z' }))).toBe(
      '{"a":1,"a":2,"model":"z"}',
    );
    expect(edit('{"model":"x","a":1,"model":"y"}', ({ model: _, ...rest }) => rest)).toBe('{"a":1}');
    expect(edit('{"mo\\u0064el":"x","model":"y"}', (json) => ({ ...json, model: 'z' }))).toBe('{"model":"z"}');
  });

  test('a `__proto__` key is a member like any other', () => {
    const text = '{"__proto__":{"model":"evil"},"model":"a"}';
    expect(edit(text, (json) => ({ ...json, model: 'b' }))).toBe('{"__proto__":{"model":"evil"},"model":"b"}');
    expect(edit(text, (json) => setAt(json, '__proto__.polluted', true))).toBe(
      '{"__proto__":{"model":"evil","polluted":true},"model":"a"}',
    );
    expect(edit('{"a":1}', (json) => setAt(json, '__proto__.polluted', true))).toBe(
      '{"a":1,"__proto__":{"polluted":true}}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('refuses bytes that are not what they are said to be', () => {
    expect(() => render(encodeText('[1]'), { a: 1 }, { a: 2 })).toThrow(RangeError);
    expect(() => render(encodeText('{"a":1'), { a: 1 }, { a: 2 })).toThrow(RangeError);
  });
});

/** JSON text of random spacing, so that a re-serialisation cannot pass for the original bytes. */
const spaced = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom<number | string>(0, 1, 3, '\t', '\n'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));
const key = fc.oneof(fc.constantFrom('a', 'b', 'model', '__proto__', 'é', '"', '\\', ''), fc.string({ maxLength: 4 }));
const members = fc.uniqueArray(fc.tuple(key, spaced, fc.constantFrom('', ' ', '\n  ')), {
  selector: ([name]) => name,
  maxLength: 8,
});

describe('laws of render', () => {
  test('the result parses to the edit, and every untouched key keeps its bytes', () => {
    fc.assert(
      fc.property(
        members,
        fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
        fc.array(key, { maxLength: 3 }),
        (list, added, removed) => {
          const text = `{${list.map(([name, value, space]) => `${space}${JSON.stringify(name)}${space}:${space}${value}${space}`).join(',')}}`;
          const json = JSON.parse(text) as JsonObject;
          let edited: JsonObject = json;
          for (const name of removed)
            edited = Object.fromEntries(Object.entries(edited).filter(([other]) => other !== name));
          for (const [name, value] of Object.entries(added)) edited = { ...edited, [name]: value as Json };
          const out = decodeText(render(encodeText(text), json, edited));
          expect(JSON.stringify(sorted(JSON.parse(out) as Json))).toBe(
            JSON.stringify(sorted(JSON.parse(JSON.stringify(edited)) as Json)),
          );
          for (const [name, value, space] of list) {
            if (Object.hasOwn(edited, name) && edited[name] === json[name]) {
              expect(out).toContain(`${JSON.stringify(name)}${space}:${space}${value}`);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('an edit at any depth parses to the edit and keeps big integers beside it', () => {
    const tree = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Json>('BIG', 1, 'x', null),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node')),
      ),
    })).node;
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c', '0', '1', '2'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), tree), path, fc.boolean(), (value, at, remove) => {
        const text = JSON.stringify(value).replaceAll('"BIG"', '12345678901234567890');
        const json = JSON.parse(text) as JsonObject;
        const edited = remove ? removeAt(json, at) : setAt(json, at, 'new');
        const out = decodeText(render(encodeText(text), json, edited));
        expect(sorted(JSON.parse(out) as Json)).toEqual(sorted(edited));
        const kept = JSON.stringify(edited).split('12345678901234567000').length;
        expect(out.split('12345678901234567890').length).toBe(kept);
      }),
      { numRuns: 1000 },
    );
  });
});

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
