import type { Json } from '../protocol.ts';
import { decodeStrict } from '../text.ts';
import { countMembers } from './duplicates.ts';
import { parseExact } from './exact.ts';
import { measure } from './scan.ts';

/** How far a body may go before it is refused unparsed. */
export type JsonLimits = { readonly maxDepth: number; readonly maxValues: number };

/**
 * Deep enough for any JSON schema met in tools, and few enough values that parsing a hostile body of the largest size
 * (`[[],[],…`) cannot fill the memory.
 */
export const defaultJsonLimits: JsonLimits = { maxDepth: 256, maxValues: 2_000_000 };

/** Members of a body up to which a key that stands twice is mended; no client that writes it by mistake has more. */
const MOST_TO_MEND = 50_000;

/**
 * A parsed body. `duplicateKeys`: some key stands twice in an object, at whatever depth. `JSON.parse` took the last one,
 * another parser may take the first: see `dropDuplicateKeys`.
 */
export type JsonRead = { readonly json: Json; readonly duplicateKeys: boolean };

/** Why a body is not JSON; `position` is in characters (bytes for `encoding`) from the start, when it is known. */
export type JsonFailure = {
  readonly failure: 'empty' | 'encoding' | 'syntax' | 'too_deep' | 'too_many_values' | 'duplicates';
  readonly message: string;
  readonly position: number | undefined;
};

/**
 * Parses a body. Never throws. Whole numbers beyond 2^53 keep their digits: see `exact.ts`. A `__proto__` key is an ordinary own property of the result (`JSON.parse` defines, it
 * does not assign); code that copies with spread keeps it so.
 */
export function readJson(bytes: Uint8Array, limits: JsonLimits = defaultJsonLimits): JsonRead | JsonFailure {
  if (bytes.length === 0) return { failure: 'empty', message: 'The body is empty; JSON was expected.', position: 0 };
  const { excess, members } = measure(bytes, limits.maxDepth, limits.maxValues);
  if (excess === 'depth') {
    return {
      failure: 'too_deep',
      message: `The JSON is nested deeper than ${limits.maxDepth} levels.`,
      position: undefined,
    };
  }
  if (excess === 'values') {
    return {
      failure: 'too_many_values',
      message: `The JSON has more than ${limits.maxValues} values.`,
      position: undefined,
    };
  }
  const text = decodeStrict(bytes);
  if (text === undefined) return { failure: 'encoding', message: 'The body is not valid UTF-8.', position: undefined };
  try {
    const json = parseExact(text) as Json;
    const duplicateKeys = countMembers(json) < members;
    if (duplicateKeys && members > MOST_TO_MEND)
      return {
        failure: 'duplicates',
        message: 'The JSON has keys that stand twice in an object.',
        position: undefined,
      };
    return { json, duplicateKeys };
  } catch {
    const position = firstError(text);
    const found = position < text.length ? `unexpected ${JSON.stringify(text.charAt(position))}` : 'it ends too early';
    return { failure: 'syntax', message: `The body is not valid JSON: ${found} at position ${position}.`, position };
  }
}

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
