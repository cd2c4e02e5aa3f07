/**
 * Whole numbers beyond 2^53 lose their last digits in `JSON.parse`. Where a text must be parsed and written again, they
 * are kept as they stood, by ECMAScript's raw JSON: an object that `JSON.stringify` writes as those digits. A runtime
 * without it rounds, as it always did.
 * https://github.com/tc39/proposal-json-parse-with-source
 */
type RawJson = {
  rawJSON?(text: string): object;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
};

const raw: RawJson = JSON;

const longNumber = /\d{16}/;
const whole = /^-?\d+$/;

/** `JSON.parse`, but big whole numbers keep their digits. Throws where `JSON.parse` does. */
export function parseExact(text: string): unknown {
  const { rawJSON } = raw;
  if (!rawJSON || !longNumber.test(text)) return JSON.parse(text);
  return raw.parse(text, (_key, value, context) => {
    const source = context?.source;
    const rounded = typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined;
    return rounded && whole.test(source) ? rawJSON(source) : value;
  });
}
