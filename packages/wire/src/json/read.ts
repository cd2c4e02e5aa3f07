import type { Json } from '../protocol.ts';
import { decodeStrict } from '../text.ts';
import { countMembers } from './duplicates.ts';
import { parseExact, TooManyBigNumbers } from './exact.ts';
import { hasMoreNames, measure } from './scan.ts';

/** How far a body may go before it is refused unparsed. */
export type JsonLimits = {
  readonly maxDepth: number;
  readonly maxValues: number;
  /** Different names of members, in all objects together. */
  readonly maxNames: number;
  /** Whole numbers beyond 2^53. */
  readonly maxBigNumbers: number;
  /** Bytes beside long strings without escapes, which are media; without a limit when absent. */
  readonly maxText?: number | undefined;
};

/**
 * Deep enough for any JSON schema met in tools, and few enough of what is dear to parse (values, names, big numbers) that
 * a hostile body of the largest size (`[[],[],…`) can neither fill the memory nor hold up everybody else.
 */
export const defaultJsonLimits: JsonLimits = {
  maxDepth: 256,
  maxValues: 1_000_000,
  maxNames: 20_000,
  maxBigNumbers: 5000,
};

/** Longer texts that are no JSON are refused without saying where: finding the place takes longer than parsing. */
const LONGEST_TO_EXPLAIN = 256 << 10;

/** What a value takes in memory beside its text, about. */
const HEAP_BYTES_OF_VALUE = 48;

/** Members of a body up to which a key that stands twice is mended; no client that writes it by mistake has more. */
const MOST_TO_MEND = 50_000;

/**
 * A parsed body. `duplicateKeys`: some key stands twice in an object, at whatever depth. `JSON.parse` took the last one,
 * another parser may take the first: see `dropDuplicateKeys`.
 */
export type JsonRead = { readonly json: Json; readonly duplicateKeys: boolean };

/** Why a body is not JSON; `position` is in characters (bytes for `encoding`) from the start, when it is known. */
export type JsonFailure = {
  readonly failure: 'empty' | 'encoding' | 'syntax' | 'too_deep' | 'too_many_values' | 'too_much_text' | 'duplicates';
  readonly message: string;
  readonly position: number | undefined;
};

/**
 * Parses a body. Never throws. Whole numbers beyond 2^53 keep their digits: see `exact.ts`. A `__proto__` key is an ordinary own property of the result (`JSON.parse` defines, it
 * does not assign); code that copies with spread keeps it so.
 *
 * @param reserve told what the parsed body will take, about, before there is any of it; what it throws is thrown
 */
export function readJson(
  bytes: Uint8Array,
  limits: JsonLimits = defaultJsonLimits,
  reserve?: (heapBytes: number) => void,
): JsonRead | JsonFailure {
  const looked = look(bytes, limits, reserve);
  if ('failure' in looked) return looked;
  const text = decodeStrict(bytes);
  if (text === undefined) return noUtf8;
  try {
    return parsed(parseExact(text, limits.maxBigNumbers) as Json, looked.members);
  } catch (error) {
    if (error instanceof TooManyBigNumbers) return tooMany(limits.maxBigNumbers, 'whole numbers beyond 2^53');
    if (text.length > LONGEST_TO_EXPLAIN) return noJson;
    const position = firstError(text);
    const found = position < text.length ? `unexpected ${JSON.stringify(text.charAt(position))}` : 'it ends too early';
    return { failure: 'syntax', message: `The body is not valid JSON: ${found} at position ${position}.`, position };
  }
}

/** What another thread made of a body: what it says, or why it is none; `exact`: it has numbers that need more than `JSON.parse`. */
export type ParsedElsewhere = { readonly json: Json } | { readonly failure: 'encoding' | 'syntax' | 'exact' };

/**
 * The same for a large body, which `parse` parses elsewhere: what is done here is to look at it before, and to take what came of
 * it. `parse` gives the bytes back with it, and they are to be taken from there.
 */
export async function readLargeJson(
  bytes: Uint8Array,
  parse: (bytes: Uint8Array) => Promise<ParsedElsewhere & { readonly bytes: Uint8Array }>,
  limits: JsonLimits = defaultJsonLimits,
  reserve?: (heapBytes: number) => void,
): Promise<{ readonly bytes: Uint8Array; readonly read: JsonRead | JsonFailure }> {
  const looked = look(bytes, limits, reserve);
  if ('failure' in looked) return { bytes, read: looked };
  const done = await parse(bytes);
  if (!('failure' in done)) return { bytes: done.bytes, read: parsed(done.json, looked.members) };
  if (done.failure === 'exact') return { bytes: done.bytes, read: readJson(done.bytes, limits) };
  return { bytes: done.bytes, read: done.failure === 'encoding' ? noUtf8 : noJson };
}

/** Looks at a body before it is parsed: how many members it has, or why it is refused. */
function look(
  bytes: Uint8Array,
  { maxDepth, maxValues, maxNames, maxText }: JsonLimits,
  reserve: ((heapBytes: number) => void) | undefined,
): { readonly members: number } | JsonFailure {
  if (bytes.length === 0) return { failure: 'empty', message: 'The body is empty; JSON was expected.', position: 0 };
  const { excess, values, members } = measure(bytes, maxDepth, maxValues, maxText);
  if (excess === 'depth') return tooMuch('too_deep', `is nested deeper than ${maxDepth} levels`);
  if (excess === 'values') return tooMany(maxValues, 'values');
  if (excess === 'text') return tooMuch('too_much_text', `has more than ${maxText} bytes beside media in base64`);
  if (members > maxNames && hasMoreNames(bytes, maxNames)) return tooMany(maxNames, 'different names of members');
  reserve?.(bytes.length + values * HEAP_BYTES_OF_VALUE);
  return { members };
}

function parsed(json: Json, members: number): JsonRead | JsonFailure {
  const duplicateKeys = countMembers(json) < members;
  if (duplicateKeys && members > MOST_TO_MEND) return tooMuch('duplicates', 'has keys that stand twice in an object');
  return { json, duplicateKeys };
}

const noUtf8: JsonFailure = { failure: 'encoding', message: 'The body is not valid UTF-8.', position: undefined };
const noJson: JsonFailure = { failure: 'syntax', message: 'The body is not valid JSON.', position: undefined };

const tooMuch = (failure: JsonFailure['failure'], what: string): JsonFailure => ({
  failure,
  message: `The JSON ${what}.`,
  position: undefined,
});
const tooMany = (most: number, what: string): JsonFailure =>
  tooMuch('too_many_values', `has more than ${most} ${what}`);

const space = /[ \t\n\r]*/y;
const scalar =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Where a text stops being JSON. Engines do not say, or say it differently; only run on a text that is known to be
 * wrong, so it may be slow, but it does not recurse.
 */
function firstError(text: string): number {
  const closers: string[] = [];
  let at = 0;
  const skip = (): void => {
    space.lastIndex = at;
    space.test(text);
    at = space.lastIndex;
  };
  const take = (): boolean => {
    scalar.lastIndex = at;
    if (!scalar.test(text)) return false;
    at = scalar.lastIndex;
    return true;
  };
  /** A key with its colon. */
  const key = (): boolean => {
    skip();
    if (text[at] !== '"' || !take()) return false;
    skip();
    if (text[at] !== ':') return false;
    at++;
    return true;
  };
  for (;;) {
    skip();
    const opener = text[at];
    if (opener === '{' || opener === '[') {
      const closer = opener === '{' ? '}' : ']';
      at++;
      skip();
      if (text[at] !== closer) {
        closers.push(closer);
        if (closer === '}' && !key()) return at;
        continue;
      }
      at++;
    } else if (!take()) return at;
    // A value has ended: close what ends here, then go on behind a comma.
    for (;;) {
      skip();
      const closer = closers.at(-1);
      if (closer === undefined || text[at] !== closer) break;
      closers.pop();
      at++;
    }
    const closer = closers.at(-1);
    if (closer === undefined || text[at] !== ',') return at;
    at++;
    if (closer === '}' && !key()) return at;
  }
}
