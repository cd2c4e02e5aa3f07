/**
 * The two text codecs every runtime has, and no more of the platform: this package sees neither DOM, Node nor Bun
 * types, so the few members it uses are stated here and looked up once.
 */
type Encoder = {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
};
type Decoder = { decode(bytes: Uint8Array): string };
type Codecs = {
  readonly TextEncoder: new () => Encoder;
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => Decoder;
};

const { TextEncoder, TextDecoder } = globalThis as typeof globalThis & Codecs;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** UTF-8 of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; invalid sequences become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/** Text of UTF-8 bytes, or undefined when they are not UTF-8. */
export function decodeStrict(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

const scratch = new Uint8Array(16_384);

/** Length of a text in UTF-8, without keeping a copy of it. */
export function utf8Length(text: string): number {
  if (text.length < 64) {
    let bytes = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      // A surrogate is half of a four-byte character.
      bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
    }
    return bytes;
  }
  let total = 0;
  for (const piece of piecesOf(text, scratch.length)) total += encoder.encodeInto(piece, scratch).written;
  return total;
}

/**
 * A text in pieces, of which each is at most so many bytes in UTF-8; no character is parted. Pieces, and not what is left each
 * time: engines copy what they are to encode, which of a long text would take the square of its length.
 */
export function* piecesOf(text: string, maxBytes: number): Generator<string> {
  const most = Math.max(2, Math.floor(maxBytes / 3));
  for (let at = 0; at < text.length;) {
    let end = at + most;
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    yield text.slice(at, end);
    at = end;
  }
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** One array of several. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only) return only;
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes of one's own. `slice` of a Node `Buffer`, which is what sockets deliver, is a view of the same memory. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** At most `length` letters of a text that is only shown, an ellipsis behind what is cut. */
export const shorten = (text: string, length = 200): string =>
  text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;

/** No secret is longer that has nothing in it that ends a word. */
const longestWord = 400;
const endsWord = /[\s"'<>,;()[\]{}=]/;

/**
 * A text cut to `length` at the end of a word, an ellipsis behind it. For words that are searched for secrets afterwards: of
 * one that stood across the cut, the head would not be known for what it is.
 */
export function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = length;
  const least = Math.max(0, length - longestWord);
  while (end > least && !endsWord.test(text[end - 1] ?? '')) end--;
  return `${text.slice(0, end).toWellFormed()}…`;
}
