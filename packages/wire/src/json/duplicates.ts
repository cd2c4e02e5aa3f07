import { concatBytes, decodeText } from '../text.ts';
import { cursorAt, nextMember, OPEN_BRACE, passValue, skipSpace } from './scan.ts';

/**
 * The body with only the last of each key that stands twice in its outermost object, which is the one `JSON.parse` saw.
 * Otherwise a client could show the gateway one model and an upstream whose parser takes the first another. Every other
 * byte stays; the argument itself when there is nothing to drop (or it is no object).
 */
export function dropDuplicateKeys(bytes: Uint8Array): Uint8Array {
  const open = skipSpace(bytes, 0);
  if (bytes[open] !== OPEN_BRACE) return bytes;
  const starts: number[] = [];
  const lastOf = new Map<string, number>();
  const keys: string[] = [];
  const cursor = cursorAt(open);
  while (nextMember(bytes, cursor, true)) {
    if (!passValue(bytes, cursor)) return bytes;
    const key = JSON.parse(decodeText(bytes.subarray(cursor.start, cursor.keyEnd))) as string;
    lastOf.set(key, starts.length);
    keys.push(key);
    starts.push(cursor.start);
  }
  if (cursor.close < 0 || lastOf.size === keys.length) return bytes;
  // A dropped member is never the last one, so it goes with the comma behind it.
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const [index, key] of keys.entries()) {
    const next = starts[index + 1];
    if (lastOf.get(key) === index || next === undefined) continue;
    parts.push(bytes.subarray(from, starts[index]));
    from = next;
  }
  parts.push(bytes.subarray(from));
  return concatBytes(parts);
}
