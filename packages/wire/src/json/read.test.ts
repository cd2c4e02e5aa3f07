import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { decodeText, encodeText } from '../text.ts';
import { dropDuplicateKeys } from './duplicates.ts';
import { readJson } from './read.ts';
import { skipValue } from './scan.ts';

function failure(text: string) {
  const read = readJson(encodeText(text));
  return 'failure' in read ? [read.failure, read.position] : read;
}

describe('readJson', () => {
  test('reads JSON', () => {
    expect(readJson(encodeText(' {"a":[1,"é"]} '))).toEqual({ json: { a: [1, 'é'] }, duplicateKeys: false });
  });

  test('says whether a key stands twice in an object, however deep, and drops all but the last', () => {
    for (const [text, kept] of [
      ['{"a":1, "a" : 2}', '{"a" : 2}'],
      ['{"model":"dear","b":{"x":1,"x":2}, "mo\\u0064el":"cheap" }', '{"b":{"x":2}, "mo\\u0064el":"cheap" }'],
      ['[ {"id":"a","type":"item_reference", "type":"message"}]', '[ {"id":"a","type":"message"}]'],
      ['{"a":[{"b":{"c":1,"d":":","c":[{"e":1,"e":2}]}}]}', '{"a":[{"b":{"d":":","c":[{"e":2}]}}]}'],
      // What is dropped may hold what would be dropped of it.
      ['{"a":{"b":1,"b":2},"c":0,"a":{"b":3}}', '{"c":0,"a":{"b":3}}'],
      ['{"a":1,"a":2,"a":3}', '{"a":3}'],
      // A number that keeps its digits is no member, though it is kept as an object.
      ['{"a":1,"a":2,"n":12345678901234567890}', '{"a":2,"n":12345678901234567890}'],
      ['{"__proto__":1,"a":[1,1],"__proto__":2}', '{"a":[1,1],"__proto__":2}'],
    ] as const) {
      const bytes = encodeText(text);
      expect(readJson(bytes)).toMatchObject({ duplicateKeys: true });
      expect(decodeText(dropDuplicateKeys(bytes))).toBe(kept);
    }
    for (const text of ['{}', '[]', '[1,1]', '1', '{"a":{"b":1},"b":{"a":1}}', '{"a":[1,1],"b":"a:a,a"}']) {
      const bytes = encodeText(text);
      expect(readJson(bytes)).toMatchObject({ duplicateKeys: false });
      expect(dropDuplicateKeys(bytes)).toBe(bytes);
    }
  });

  test('refuses to mend what only an attacker sends', () => {
    const many = `{${'"a":0,'.repeat(60_000)}"a":0}`;
    expect(failure(many)).toEqual(['duplicates', undefined]);
  });

  test('of arbitrary text with keys that stand twice, what is left says what JSON.parse saw', () => {
    const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('1', '"x"', '":,{}"', 'null', '12345678901234567890', '1.50'),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
        fc
          .array(fc.tuple(fc.constantFrom('"a"', '"\\u0061"', '"b"', '"\\"c"', '"__proto__"'), tie('value')), {
            maxLength: 5,
          })
          .map((members) => `{ ${members.map(([key, one]) => `${key} : ${one}`).join(', ')}}`),
      ),
    })).value;
    fc.assert(
      fc.property(value, (text) => {
        const read = readJson(encodeText(text));
        if ('failure' in read) throw new Error(read.message);
        const clean = dropDuplicateKeys(encodeText(text));
        expect(clean.length < encodeText(text).length).toBe(read.duplicateKeys);
        expect(readJson(clean)).toEqual({ json: read.json, duplicateKeys: false });
      }),
      { numRuns: 500 },
    );
  });

  test('says where the syntax breaks', () => {
    expect(failure('')).toEqual(['empty', 0]);
    expect(failure('{"a":1,}')).toEqual(['syntax', 7]);
    expect(failure('{"a" 1}')).toEqual(['syntax', 5]);
    expect(failure('{"a":[1,2')).toEqual(['syntax', 9]);
    expect(failure('{"a":tru}')).toEqual(['syntax', 5]);
    expect(failure('[1] x')).toEqual(['syntax', 4]);
    expect(failure('"\n"')).toEqual(['syntax', 0]);
    expect(failure('\ufeff{}')).toEqual(['syntax', 0]);
    expect(failure('[[],{},]')).toEqual(['syntax', 7]);
  });

  test('refuses what is not UTF-8', () => {
    const read = readJson(Uint8Array.of(0x22, 0xc3, 0x28, 0x22));
    expect(read).toMatchObject({ failure: 'encoding' });
  });

  test('refuses nesting and numbers of values that only an attacker sends, without parsing them', () => {
    expect(failure('['.repeat(1_000_000))).toEqual(['too_deep', undefined]);
    expect(failure(`[${'[],'.repeat(600_000)}1]`)).toEqual(['too_many_values', undefined]);
    expect(readJson(encodeText('['.repeat(256) + ']'.repeat(256)))).toHaveProperty('json');
    expect(readJson(encodeText(`"${'['.repeat(1000)}"`))).toHaveProperty('json');
  });

  test('refuses what is dear to parse: names of members and big numbers without end', () => {
    const named = (count: number, from = 0): string =>
      Array.from({ length: count }, (_, index) => `{"k${index + from}":1}`).join(',');
    expect(failure(`[${named(20_001)}]`)).toEqual(['too_many_values', undefined]);
    expect(readJson(encodeText(`[${named(20_000)},${named(20_000)}]`))).toHaveProperty('json');
    const big = (count: number): string => `[${'12345678901234567890,'.repeat(count)}1]`;
    expect(failure(big(5001))).toEqual(['too_many_values', undefined]);
    expect(readJson(encodeText(big(5000)))).toHaveProperty('json');
    // Words like names are none where no value follows.
    expect(readJson(encodeText(`["k:1"${',"a"'.repeat(30_000)}]`))).toHaveProperty('json');
  });

  test('says where a text is no JSON only while that is quickly found', () => {
    expect(failure(`[${'1,'.repeat(1000)}x]`)).toEqual(['syntax', 2001]);
    expect(failure(`[${'1,'.repeat(200_000)}x]`)).toEqual(['syntax', undefined]);
  });

  test('tells what the parsed body will take before there is any of it', () => {
    const told: number[] = [];
    const bytes = encodeText(`[${'[],'.repeat(1000)}1]`);
    readJson(bytes, undefined, (heap) => void told.push(heap));
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThan(bytes.length * 10);
    const refuse = (): never => {
      throw new Error('no room');
    };
    expect(() => readJson(encodeText('not JSON at all'), undefined, refuse)).toThrow('no room');
  });

  test('`__proto__` is an own key and reaches no prototype', () => {
    const read = readJson(encodeText('{"__proto__":{"polluted":1}}'));
    if (!('json' in read)) throw new Error('not read');
    expect(Object.keys(read.json as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('never throws on bytes; fails exactly where JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map(encodeText),
          fc.json().map((text) => encodeText(text.slice(0, -1))),
        ),
        (bytes) => {
          const read = readJson(bytes);
          let valid = true;
          try {
            JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
          } catch {
            valid = false;
          }
          expect('json' in read).toBe(valid);
          if ('failure' in read && read.failure === 'syntax') expect(read.position).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('the scanner finds the end of every JSON value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4, stringUnit: 'binary' }), fc.nat(100), (text, backslashes) => {
        const bytes = encodeText(`${text},`);
        expect(skipValue(bytes, 0)).toBe(bytes.length - 1);
        const long = encodeText(
          `${JSON.stringify('x'.repeat(60) + '\\'.repeat(backslashes) + '"'.repeat(backslashes) + text)},`,
        );
        expect(skipValue(long, 0)).toBe(long.length - 1);
      }),
      { numRuns: 500 },
    );
  });
});
