import fc from 'fast-check';
import { isList, isObject } from '../../json/fields.ts';
import type { Json } from '../../protocol.ts';
import { concatBytes, encodeText } from '../../text.ts';

/**
 * Inputs with something wrong in them, for laws: real ones that were mutated, because what is nearly right gets deepest
 * into a reader.
 */

function nested(depth: number, around: (inner: string) => readonly [string, string]): Json {
  const [open, close] = around('');
  return JSON.parse(open.repeat(depth) + '1' + close.repeat(depth)) as Json;
}

const proto = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}',
) as Json;

/** Values that break what was not looked at carefully. */
const strangeValues: readonly Json[] = [
  null,
  true,
  false,
  '',
  'x',
  '0',
  '-1',
  'null',
  '[DONE]',
  '{"a":1}',
  '{"a":',
  '\0',
  '\ud800',
  '\udc00\ud800',
  'é€😀',
  0,
  -1,
  1.5,
  1e9,
  2 ** 53,
  1e300,
  -1e300,
  5e-324,
  [],
  {},
  [null],
  [[]],
  [{}],
  ['x'],
  { type: 'text' },
  { type: 1 },
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'tollgate-seal.',
  'tollgate-seal.gemini.',
  'data:',
  'data:;base64',
  'data:image/png;base64,',
  'call_gm_1',
  'dG9sbGdhdGUtc2VhbC4=',
  proto,
];

/** These cost time, and are drawn seldom. */
const bulkyValues: readonly Json[] = [
  nested(250, () => ['[', ']']),
  nested(250, () => ['{"a":', '}']),
  nested(120, () => ['{"items":{"anyOf":[', ']}}']),
  'long '.repeat(20_000),
  '\\"'.repeat(10_000),
  Array.from({ length: 3000 }, () => null),
  Array.from({ length: 1000 }, (_, i) => ({ type: 'text', text: 'a', index: i })),
];

const strangeKeys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'a.b', 'ünknown'];

/** What is to be done at a place. */
type Change = { readonly way: readonly number[]; readonly what: number; readonly value: Json; readonly key: number };

/** A copy with one own property, `__proto__` too. */
function withMember(json: { readonly [key: string]: Json }, key: string, value: Json): Json {
  return Object.fromEntries([...Object.entries(json).filter(([name]) => name !== key), [key, value]]);
}

function change(json: Json, steps: readonly number[], depth: number, asked: Change): Json {
  const step = steps[depth];
  const last = depth === steps.length - 1;
  if (step === undefined) return asked.value;
  if (isList(json)) {
    if (json.length === 0) return [asked.value];
    const at = step % json.length;
    if (!last) return json.map((item, i) => (i === at ? change(item, steps, depth + 1, asked) : item));
    switch (asked.what) {
      case 0:
        return json.filter((_, i) => i !== at);
      case 1:
        return [...json.slice(0, at + 1), ...json.slice(at)];
      case 2:
        return [...json].reverse();
      case 3:
        return [];
      default:
        return json.map((item, i) => (i === at ? asked.value : item));
    }
  }
  if (!isObject(json)) return asked.value;
  const keys = Object.keys(json);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return withMember(json, strangeKeys[asked.key % strangeKeys.length] ?? '', asked.value);
  if (!last) return withMember(json, key, change(json[key] ?? null, steps, depth + 1, asked));
  switch (asked.what) {
    case 0:
      return Object.fromEntries(Object.entries(json).filter(([name]) => name !== key));
    case 1:
      return withMember(json, strangeKeys[asked.key % strangeKeys.length] ?? '', asked.value);
    case 2: {
      // The value of a neighbour.
      const other = keys[asked.key % keys.length] ?? key;
      return withMember(json, key, json[other] ?? null);
    }
    default:
      return withMember(json, key, asked.value);
  }
}

const changes: fc.Arbitrary<Change> = fc.record({
  way: fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }),
  what: fc.nat(6),
  value: fc.oneof(
    { arbitrary: fc.constantFrom<Json>(...strangeValues), weight: 20 },
    { arbitrary: fc.jsonValue() as fc.Arbitrary<Json>, weight: 4 },
    { arbitrary: fc.constantFrom<Json>(...bulkyValues), weight: 1 },
  ),
  key: fc.nat(30),
});

/** JSON texts with one to three things wrong in them. */
export function mutated(texts: readonly string[]): fc.Arbitrary<Json> {
  const inputs = texts.map((text) => JSON.parse(text) as Json);
  return fc
    .tuple(fc.constantFrom(...inputs), fc.array(changes, { minLength: 1, maxLength: 3 }))
    .map(([json, list]) => list.reduce<Json>((made, asked) => change(made, asked.way, 0, asked), json));
}

/** Frames of streams, as text with their blank line. */
export function framesIn(streams: readonly string[]): readonly string[] {
  return streams.flatMap((text) =>
    text
      .split('\n\n')
      .filter((frame) => frame.trim() !== '')
      .map((frame) => `${frame}\n\n`),
  );
}

function mutatedFrame(frames: readonly string[]): fc.Arbitrary<string> {
  const parsed = frames
    .map((frame) => ({ frame, data: /^data: (\{.*\})$/m.exec(frame)?.[1] }))
    .filter((entry): entry is { frame: string; data: string } => entry.data !== undefined);
  return fc
    .tuple(fc.constantFrom(...parsed), fc.array(changes, { minLength: 1, maxLength: 2 }))
    .map(([{ frame, data }, list]) => {
      const json = list.reduce<Json>((made, asked) => change(made, asked.way, 0, asked), JSON.parse(data) as Json);
      return frame.replace(data, () => JSON.stringify(json));
    });
}

/** Frames as they stand, out of order, twice, mutated, of other protocols' kinds, or no frames at all. */
export function mutatedStreams(streams: readonly string[]): fc.Arbitrary<string> {
  const frames = framesIn(streams);
  const noise = fc.constantFrom(
    'data: [DONE]\n\n',
    ': comment\n\n',
    'data: {\n\n',
    'data: null\n\n',
    'data: []\n\n',
    'data:\n\n',
    'event: error\ndata: {}\n\n',
    'event: error\ndata: {"error":{"message":"x"}}\n\n',
    'data: {"type":"error"}\n\n',
    '\n\n',
  );
  const piece = fc.oneof(
    { arbitrary: fc.constantFrom(...frames), weight: 6 },
    { arbitrary: mutatedFrame(frames), weight: 6 },
    { arbitrary: noise, weight: 1 },
  );
  // A whole stream with a few frames exchanged is as likely as a heap of them.
  const edited = fc
    .tuple(fc.constantFrom(...streams), fc.array(fc.tuple(fc.nat(60), fc.nat(3), piece), { maxLength: 5 }))
    .map(([stream, edits]) => {
      const list = [...framesIn([stream])];
      for (const [place, what, text] of edits) {
        const at = place % (list.length + 1);
        if (what === 0) list.splice(at, 1);
        else if (what === 1) list.splice(at, 0, list[at] ?? '');
        else if (what === 2) list.splice(at, 1, text);
        else list.splice(at, 0, text);
      }
      return list.join('');
    });
  return fc.oneof(
    fc.array(piece, { maxLength: 14 }).map((list) => list.join('')),
    edited,
  );
}

/** Line ends, byte order marks and plain damage, in bytes. */
export function mutatedBytes(texts: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const ends = fc.constantFrom('\n', '\n', '\r\n', '\r');
  const damage = fc.array(fc.record({ place: fc.nat(), cut: fc.nat(40), bytes: fc.uint8Array({ maxLength: 6 }) }), {
    maxLength: 3,
  });
  return fc.tuple(texts, ends, fc.boolean(), fc.boolean(), damage).map(([text, end, mark, open, wounds]) => {
    const body = open ? text.trimEnd() : text;
    let bytes = encodeText((mark ? '\ufeff' : '') + body.replaceAll('\n', end));
    for (const { place, cut, bytes: put } of wounds) {
      const at = place % (bytes.length + 1);
      bytes = concatBytes([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
    }
    return bytes;
  });
}

/** The bytes in pieces; each cut is taken modulo the length. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i] ?? 0, end));
}
