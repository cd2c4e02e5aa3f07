import type { Json, JsonObject } from '../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { isObject } from './fields.ts';
import { type Cursor, cursorAt, isKey, nextMember, passValue, skipSpace } from './scan.ts';

/** What is to be written: stretches of the source (`from`, `to`), and new bytes between them. */
type Output = { readonly source: Uint8Array; readonly parts: Uint8Array[]; from: number; to: number };

/**
 * Writes an edited body with the fewest possible changes: whatever is the same value (by identity) in `json` and
 * `edited` keeps its exact bytes, at every depth, so that big integers, key order, white space and escapes survive.
 *
 * `json` must be the parse of `bytes`. A member that changed is written anew in its place, one that is new is appended,
 * one that is gone (or undefined) takes its comma with it. Where a changed key stands twice, `JSON.parse` saw the last;
 * that one carries the new value and the others go, so that no reader downstream can see an older value.
 * Returns `bytes` itself when nothing changed. Throws RangeError when `bytes` is not the JSON of an object.
 */
export function render(bytes: Uint8Array, json: JsonObject, edited: JsonObject): Uint8Array {
  if (json === edited) return bytes;
  const changed = changedKeys(json, edited);
  if (changed.length === 0) return bytes;
  const open = skipSpace(bytes, 0);
  const output: Output = { source: bytes, parts: [], from: 0, to: open };
  const end = renderObject(output, open, json, edited, changed);
  copy(output, end, bytes.length);
  flush(output);
  return concatBytes(output.parts);
}

function copy(output: Output, from: number, to: number): void {
  if (from === output.to) {
    output.to = to;
    return;
  }
  flush(output);
  output.from = from;
  output.to = to;
}

function flush(output: Output): void {
  if (output.to > output.from) output.parts.push(output.source.subarray(output.from, output.to));
  output.from = output.to;
}

function write(output: Output, text: string): void {
  flush(output);
  output.parts.push(encodeText(text));
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Keys whose value is not the same in both, those that only `after` has last. */
function changedKeys(before: JsonObject, after: JsonObject): readonly string[] {
  const changed: string[] = [];
  for (const key of Object.keys(before)) if (own(before, key) !== own(after, key)) changed.push(key);
  for (const key of Object.keys(after)) if (!Object.hasOwn(before, key) && after[key] !== undefined) changed.push(key);
  return changed;
}

function broken(at: number): never {
  throw new RangeError(`the bytes are not the JSON they are said to be (at ${at})`);
}

/** The member under the cursor, if its key is one of the changed ones. */
function changedAt(
  bytes: Uint8Array,
  cursor: Cursor,
  changed: readonly string[],
  encoded: readonly Uint8Array[],
): number {
  for (let i = 0; i < encoded.length; i++) {
    const key = encoded[i];
    if (key && isKey(bytes, cursor.start, cursor.keyEnd, key)) return i;
  }
  const raw = bytes.subarray(cursor.start, cursor.keyEnd);
  if (!raw.includes(0x5c)) return -1;
  return changed.indexOf(JSON.parse(decodeText(raw)) as string);
}

/** Writes the object that opens at `open` up to its brace; returns the index after that brace in the source. */
function renderObject(
  output: Output,
  open: number,
  before: JsonObject,
  after: JsonObject,
  changed: readonly string[],
): number {
  const bytes = output.source;
  if (bytes[open] !== 0x7b) broken(open);
  const encoded = changed.map(encodeText);
  // First pass: where the members are, and which occurrence of a changed key is its last.
  const members: {
    readonly start: number;
    readonly valueStart: number;
    readonly end: number;
    readonly change: number;
  }[] = [];
  const last: number[] = changed.map(() => -1);
  const cursor = cursorAt(open);
  while (nextMember(bytes, cursor, true)) {
    if (!passValue(bytes, cursor)) broken(cursor.valueStart);
    const change = changedAt(bytes, cursor, changed, encoded);
    if (change >= 0) last[change] = members.length;
    members.push({ start: cursor.start, valueStart: cursor.valueStart, end: cursor.valueEnd, change });
  }
  if (cursor.close < 0) broken(cursor.valueEnd);

  let kept = false;
  let previousEnd = open + 1;
  const firstStart = members[0]?.start ?? cursor.close - 1;
  for (const [index, member] of members.entries()) {
    const key = member.change >= 0 ? changed[member.change] : undefined;
    const value = key === undefined ? undefined : own(after, key);
    if (key === undefined || (last[member.change] === index && value !== undefined)) {
      // What stood between a member and its predecessor goes with it; the first one kept takes the opening's.
      if (kept) copy(output, previousEnd, member.start);
      else copy(output, open, firstStart);
      kept = true;
      if (key === undefined || value === undefined) copy(output, member.start, member.end);
      else {
        copy(output, member.start, member.valueStart);
        renderValue(output, member.valueStart, member.end, own(before, key), value);
      }
    }
    previousEnd = member.end;
  }
  if (!kept) copy(output, open, firstStart);
  for (const [index, key] of changed.entries()) {
    const value = last[index] === -1 ? own(after, key) : undefined;
    if (value === undefined) continue;
    write(output, `${kept ? ',' : ''}${JSON.stringify(key)}:${JSON.stringify(value)}`);
    kept = true;
  }
  copy(output, members.length > 0 ? previousEnd : cursor.close - 1, cursor.close);
  return cursor.close;
}

/** Writes one value, keeping of the old bytes (from `start` to `end`) whatever is still the same. */
function renderValue(output: Output, start: number, end: number, before: Json | undefined, after: Json): void {
  if (before === after) copy(output, start, end);
  else if (isObject(before) && isObject(after)) {
    const changed = changedKeys(before, after);
    if (changed.length === 0) copy(output, start, end);
    else renderObject(output, start, before, after, changed);
  } else if (isArray(before) && isArray(after)) renderArray(output, start, end, before, after);
  else write(output, JSON.stringify(after));
}

/**
 * Elements are matched from both ends, so that an insertion or removal keeps all others' bytes; in between, by
 * identity for objects and arrays and by position for the rest.
 */
function renderArray(output: Output, open: number, end: number, before: readonly Json[], after: readonly Json[]): void {
  const bytes = output.source;
  const starts: number[] = [];
  const ends: number[] = [];
  const cursor = cursorAt(open);
  while (nextMember(bytes, cursor, false)) {
    if (!passValue(bytes, cursor)) broken(cursor.valueStart);
    starts.push(cursor.valueStart);
    ends.push(cursor.valueEnd);
  }
  if (cursor.close !== end || starts.length !== before.length) broken(open);

  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail))
    tail++;
  const moved = new Map<Json, number>();
  for (let i = head; i < before.length - tail; i++) {
    const value = before[i];
    if (typeof value === 'object' && value !== null) moved.set(value, i);
  }

  const shift = before.length - after.length;
  for (const [index, value] of after.entries()) {
    const from = index < head ? index : index >= after.length - tail ? index + shift : (moved.get(value) ?? index);
    if (shift === 0) copy(output, index === 0 ? open : (ends[index - 1] ?? open), starts[index] ?? open);
    else write(output, index === 0 ? '[' : ',');
    const start = starts[from];
    const stop = ends[from];
    if (start === undefined || stop === undefined) write(output, JSON.stringify(value));
    else renderValue(output, start, stop, before[from], value);
  }
  if (shift === 0) copy(output, ends.at(-1) ?? open, end);
  else write(output, after.length === 0 ? '[]' : ']');
}
