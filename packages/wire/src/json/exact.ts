import type { Json } from '../protocol.ts';

/**
 * Whole numbers beyond 2^53 lose their last digits in `JSON.parse`. Where a text must be parsed and written again, they
 * are kept as they stood, by ECMAScript's raw JSON: an object that `JSON.stringify` writes as those digits. A runtime
 * without it rounds, as it always did.
 * https://github.com/tc39/proposal-json-parse-with-source
 */
export type BigNumber = { readonly rawJSON: string };

type RawJson = {
  rawJSON?(text: string): BigNumber;
  isRawJSON?(value: unknown): boolean;
};

const raw = JSON as typeof JSON & RawJson;

/** Such a number, or digits that look like one within a text. */
export const longNumber = /(?:^|[:,[\s])-?\d{16}/;
const whole = /^-?\d+$/;

/** Whether this is a big number. They are told from objects by their prototype first, because it is asked very often. */
export function isBigNumber(value: unknown): value is BigNumber {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== null) return false;
  return raw.isRawJSON?.(value) === true;
}

/** A big whole number of these digits; rounded where the runtime knows no raw JSON. */
export function bigNumber(digits: string): BigNumber | number {
  return raw.rawJSON?.(digits) ?? Number(digits);
}

/** There are more big numbers in a text than it may have: each costs what hundreds of others cost. */
export class TooManyBigNumbers extends Error {}

/**
 * `JSON.parse`, but big whole numbers keep their digits. Throws where `JSON.parse` does, and {@link TooManyBigNumbers} where
 * there are more than `maxBig`.
 */
export function parseExact(text: string, maxBig = Infinity): unknown {
  const json: unknown = JSON.parse(text);
  return raw.rawJSON && longNumber.test(text) ? withBigNumbers(text, json, maxBig) : json;
}

/** Where a walk is: in an object or array, at a member of it. */
type Container = {
  readonly isList: boolean;
  index: number;
  /** The key as it is written, quotes and all. */
  keyStart: number;
  keyEnd: number;
  keyed: boolean;
  /** The parsed object or array; looked up when something in it is to be changed. Null when it is none of this text. */
  found: Record<string, unknown> | null | undefined;
};

/**
 * Puts the digits back that `JSON.parse` rounded away, walking over the text beside what it was parsed to. A reviver would
 * be told of them too, but calls for every value there is, which takes ten times as long.
 */
function withBigNumbers(text: string, json: unknown, maxBig: number): unknown {
  const containers: Container[] = [];
  let big = 0;
  let here: Container | undefined;

  function keyOf(container: Container): string {
    return container.isList
      ? `${container.index}`
      : (JSON.parse(text.slice(container.keyStart, container.keyEnd)) as string);
  }

  /** The object or array at a depth; of two members of one name only the last was kept, so it may be another. */
  function find(depth: number): Record<string, unknown> | null {
    const container = containers[depth];
    if (!container) return null;
    if (container.found !== undefined) return container.found;
    const around = depth === 0 ? undefined : find(depth - 1);
    const outer = containers[depth - 1];
    const key = outer && keyOf(outer);
    const value =
      depth === 0 ? json : around && key !== undefined && Object.hasOwn(around, key) ? around[key] : undefined;
    const fits = typeof value === 'object' && value !== null && Array.isArray(value) === container.isList;
    container.found = fits ? (value as Record<string, unknown>) : null;
    return container.found;
  }

  function putBack(digits: string): void {
    const value = Number(digits);
    if (Number.isSafeInteger(value)) return;
    if (++big > maxBig) throw new TooManyBigNumbers();
    const around = find(containers.length - 1);
    if (!around || !here) return;
    const key = keyOf(here);
    if (Object.hasOwn(around, key) && around[key] === value) around[key] = bigNumber(digits);
  }

  if (typeof json === 'number') {
    const digits = text.trim();
    return whole.test(digits) && !Number.isSafeInteger(json) ? bigNumber(digits) : json;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const start = i;
      i = closingQuote(text, i);
      if (here && !here.isList && !here.keyed) {
        here.keyStart = start;
        here.keyEnd = i + 1;
        here.keyed = true;
      }
    } else if (code === 0x7b || code === 0x5b) {
      here = { isList: code === 0x5b, index: 0, keyStart: 0, keyEnd: 0, keyed: false, found: undefined };
      containers.push(here);
    } else if (code === 0x7d || code === 0x5d) {
      containers.pop();
      here = containers.at(-1);
    } else if (code === 0x2c && here) {
      here.index++;
      here.keyed = false;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      let end = i + 1;
      while (isOfNumber(text.charCodeAt(end))) end++;
      if (end - i >= 16) {
        const digits = text.slice(i, end);
        if (whole.test(digits)) putBack(digits);
      }
      i = end - 1;
    }
  }
  return json;
}

/** Digits, and what else a number is written with. */
function isOfNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2b || code === 0x2d || (code | 0x20) === 0x65;
}

/** Index of the quote that ends the string which begins at `at`: one with an even number of backslashes before it. */
function closingQuote(text: string, at: number): number {
  let i = at;
  for (;;) {
    i = text.indexOf('"', i + 1);
    if (i < 0) return text.length;
    let before = i - 1;
    while (text.charCodeAt(before) === 0x5c) before--;
    if ((i - before) % 2 === 1) return i;
  }
}

/** Nested deeper, a text is not read: whoever walks over what is in it would run out of stack. */
const MAX_DEPTH = 512;

/**
 * The JSON of a text that an upstream sent, big numbers with all their digits; undefined when it is none, or nested
 * absurdly deep. Never throws.
 */
export function parseJson(text: string): Json | undefined {
  if (text.length > 2 * MAX_DEPTH && isTooDeep(text)) return undefined;
  try {
    return parseExact(text) as Json;
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = closingQuote(text, i);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
