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
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
};

const raw: RawJson = JSON;

/** Such a number, or digits that look like one within a text. */
const longNumber = /(?:^|[:,[\s])-?\d{16}/;
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

/** `JSON.parse`, but big whole numbers keep their digits. Throws where `JSON.parse` does. */
export function parseExact(text: string): unknown {
  if (!raw.rawJSON || !longNumber.test(text)) return JSON.parse(text);
  return raw.parse(text, (_key, value, context) => {
    const source = context?.source;
    const rounded = typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined;
    return rounded && whole.test(source) ? bigNumber(source) : value;
  });
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
    if (code === 0x22) {
      // To the closing quote: one with an even number of backslashes before it.
      for (;;) {
        i = text.indexOf('"', i + 1);
        if (i < 0) return false;
        let before = i - 1;
        while (text.charCodeAt(before) === 0x5c) before--;
        if ((i - before) % 2 === 1) break;
      }
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
