/**
 * Finding one's way through JSON bytes without parsing them. Everything here presumes text that is, or is about to be,
 * checked by `JSON.parse`; on anything else it returns -1 rather than throw. Nothing allocates.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Bytes looked at one by one before the native search is called: its call costs about as much as that, and most
 * strings of a chat body (keys, roles, types) are shorter.
 */
const NEAR = 48;

/** First index from `at` that is not JSON white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    const byte = bytes[i];
    // Nearly every byte asked about is no space, and greater than all of them.
    if (byte === undefined || byte > 0x20) return i;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i++;
  }
}

const TOO_LONG = -2;

/**
 * Index after the string whose opening quote is at `at`; -1 when it has no end. One with escaped quotes is followed for `most`
 * bytes only, and {@link TOO_LONG} then.
 */
export function skipString(bytes: Uint8Array, at: number, most = Infinity): number {
  const length = bytes.length;
  let i = at + 1;
  for (;;) {
    const near = i + NEAR < length ? i + NEAR : length;
    for (; i < near; i++) {
      const byte = bytes[i];
      if (byte === QUOTE) return i + 1;
      if (byte === BACKSLASH) i++;
    }
    if (i >= length) return -1;
    const quote = bytes.indexOf(QUOTE, i);
    if (quote < 0) return -1;
    let escapes = quote - 1;
    while (escapes >= i && bytes[escapes] === BACKSLASH) escapes--;
    i = quote + 1;
    if ((quote - escapes) % 2 === 1) return i;
    if (i - at > most) return TOO_LONG;
  }
}

/** Index after the value that begins at `at` (no white space before it); -1 when it has no end. */
export function skipValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at);
  const length = bytes.length;
  let i = at;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    let depth = 0;
    while (i < length) {
      const byte = bytes[i];
      if (byte === QUOTE) {
        i = skipString(bytes, i);
        if (i < 0) return -1;
        continue;
      }
      i++;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return i;
    }
    return -1;
  }
  while (i < length) {
    const byte = bytes[i];
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || (byte !== undefined && byte <= 0x20)) break;
    i++;
  }
  return i === at ? -1 : i;
}

/**
 * A place in an object or array, moved from member to member by {@link nextMember}. One is reused for a whole walk,
 * so that walking allocates nothing.
 */
export type Cursor = {
  /** Where the member begins: its key's quote in an object, its value in an array. */
  start: number;
  /** After the key's closing quote (objects only). */
  keyEnd: number;
  valueStart: number;
  /** Where the search for the next member goes on; the caller sets it to the end of the value. */
  valueEnd: number;
  /** After the closing bracket once the walk is over; -1 when the text is broken. */
  close: number;
};

/** A cursor before the first member of the object or array that opens at `at`. */
export function cursorAt(at: number): Cursor {
  return { start: -1, keyEnd: -1, valueStart: -1, valueEnd: at, close: -1 };
}

/**
 * Moves to the next member and finds its value's start, not its end: a caller who has no interest in the value
 * calls {@link passValue}. False after the last member (`close` is set) or when the text is broken (`close` is -1).
 */
export function nextMember(bytes: Uint8Array, cursor: Cursor, keyed: boolean): boolean {
  const first = cursor.start < 0;
  let i = skipSpace(bytes, first ? cursor.valueEnd + 1 : cursor.valueEnd);
  const byte = bytes[i];
  if (byte === (keyed ? CLOSE_BRACE : CLOSE_BRACKET)) {
    cursor.close = i + 1;
    return false;
  }
  if (!first) {
    if (byte !== COMMA) return false;
    i = skipSpace(bytes, i + 1);
  }
  cursor.start = i;
  if (keyed) {
    if (bytes[i] !== QUOTE) return false;
    i = skipString(bytes, i);
    if (i < 0) return false;
    cursor.keyEnd = i;
    i = skipSpace(bytes, i);
    if (bytes[i] !== COLON) return false;
    i = skipSpace(bytes, i + 1);
  }
  cursor.valueStart = i;
  return i < bytes.length;
}

/** Moves the cursor behind the current value; false when it has no end. */
export function passValue(bytes: Uint8Array, cursor: Cursor): boolean {
  cursor.valueEnd = skipValue(bytes, cursor.valueStart);
  return cursor.valueEnd >= 0;
}

/** Whether the key (or string) between its quotes, from `start` to `end`, is this text without any escape. */
export function isKey(bytes: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  const length = key.length;
  if (end - start - 2 !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + 1 + i] !== key[i]) return false;
  return true;
}

/** Whether these bytes stand at `at`, before `end`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/**
 * What {@link measure} found. `values` are a little more than there are; `members` is how many members all objects have:
 * the colons outside of strings.
 */
export type Measure = {
  readonly excess: 'depth' | 'values' | 'text' | undefined;
  readonly values: number;
  readonly members: number;
};

/** Strings from this length on, without escapes, are no text but media in base64, which cost little to parse. */
const LONG_PLAIN = 64 << 10;

/** Nesting, number of values, and bytes of all but long plain strings against limits, before anything is parsed. */
export function measure(bytes: Uint8Array, maxDepth: number, maxValues: number, maxText = Infinity): Measure {
  const length = bytes.length;
  const boundsText = length > maxText;
  let plain = 0;
  /** The first backslash that is not behind us; looked for once for many strings. */
  let escape = -1;
  let depth = 0;
  let values = 0;
  let members = 0;
  let i = 0;
  while (i < length) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const end = skipString(bytes, i, maxText);
      if (end === TOO_LONG) return { excess: 'text', values, members };
      if (end < 0) break;
      if (boundsText && end - i >= LONG_PLAIN) {
        if (escape < i) escape = bytes.indexOf(BACKSLASH, i);
        if (escape < 0) escape = length;
        if (escape >= end) plain += end - i;
      }
      i = end;
      if (boundsText && i - plain > maxText) return { excess: 'text', values, members };
      continue;
    }
    i++;
    if (byte === COMMA) values++;
    else if (byte === COLON) members++;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      values++;
      if (++depth > maxDepth) return { excess: 'depth', values, members };
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  if (boundsText && length - plain > maxText) return { excess: 'text', values, members };
  return { excess: values > maxValues ? 'values' : undefined, values, members };
}

/**
 * Whether the objects of a text have more than `most` different names of members, all of them together. A name costs an
 * engine a hundred times what a value costs, so few of them keep a parser busy.
 */
export function hasMoreNames(bytes: Uint8Array, most: number): boolean {
  const names = new Set<number>();
  let i = 0;
  while (i < bytes.length) {
    if (bytes[i] !== QUOTE) {
      i++;
      continue;
    }
    const end = skipString(bytes, i);
    if (end < 0) return false;
    const next = skipSpace(bytes, end);
    if (bytes[next] === COLON && names.add(hashOf(bytes, i, end)).size > most) return true;
    i = next;
  }
  return false;
}

/** FNV-1a in 32 bits: names that fall together are counted once, which a sender gains little by. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
