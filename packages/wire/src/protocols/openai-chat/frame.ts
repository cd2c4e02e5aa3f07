import { encodeText } from '../../text.ts';
import { answerKeys, repeatedKey, textKeys } from './answers.ts';
import { type Cursor, cursorAt, isKey, nextMember, OPEN_BRACE, passValue, skipSpace } from '../../json/scan.ts';

/**
 * What one chunk of a stream says, read from its bytes. A walk over the JSON's structure, so that text inside strings
 * can never be taken for it, and that key order and white space do not matter. It costs about what `JSON.parse` would, but
 * leaves no garbage and says where things stand. One is kept for a whole stream; {@link sight} overwrites it.
 */
export type Sight = {
  /** Some choice carries text, a tool call, reasoning, a refusal, audio or an image. */
  meaningful: boolean;
  /** An `error` that is not empty, or `"object":"error"`. */
  error: boolean;
  /** True when there is no `choices`, or it is empty. */
  noChoices: boolean;
  /** Where the value of `usage` stands, when it is an object with something in it; -1 otherwise. */
  usageStart: number;
  usageEnd: number;
  /** What to leave out so that `usage` is gone from the chunk. */
  cutStart: number;
  cutEnd: number;
  /** Where a `usage` inside a choice stands (Moonshot), or -1. */
  choiceUsageStart: number;
  choiceUsageEnd: number;
  /** Where the value of `service_tier` stands, or -1. */
  tierStart: number;
  tierEnd: number;
  /** Whether the model's name is still looked for, which every chunk repeats; where its value stands, or -1. */
  wantsModel: boolean;
  modelStart: number;
  modelEnd: number;
  /** Where its texts stand, between their quotes: starts and ends in turn. */
  readonly texts: number[];
  /** Where the words stand that say why its choices ended, likewise. */
  readonly finishes: number[];
};

/** A sight of nothing yet. */
export function blankSight(): Sight {
  return {
    meaningful: false,
    error: false,
    noChoices: true,
    usageStart: -1,
    usageEnd: -1,
    cutStart: -1,
    cutEnd: -1,
    choiceUsageStart: -1,
    choiceUsageEnd: -1,
    tierStart: -1,
    tierEnd: -1,
    wantsModel: true,
    modelStart: -1,
    modelEnd: -1,
    texts: [],
    finishes: [],
  };
}

const USAGE = encodeText('usage');
const ERROR = encodeText('error');
const OBJECT = encodeText('object');
const MODEL = encodeText('model');
const CHOICES = encodeText('choices');
const SERVICE_TIER = encodeText('service_tier');
const DELTA = encodeText('delta');
const MESSAGE = encodeText('message');
const TEXT = encodeText('text');
const FINISH_REASON = encodeText('finish_reason');
const REPEATED = encodeText(repeatedKey);
const ANSWERS = answerKeys.filter((key) => key !== repeatedKey).map(encodeText);
const TEXT_KEYS = textKeys.map(encodeText);

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;

function oneOf(bytes: Uint8Array, start: number, end: number, keys: readonly Uint8Array[]): boolean {
  for (const key of keys) if (isKey(bytes, start, end, key)) return true;
  return false;
}

/** Whether a value is a string, array or object with something in it. */
function filled(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (first === QUOTE) return end - start > 2;
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return false;
  return skipSpace(bytes, start + 1) < end - 1;
}

/**
 * Reads the chunk whose JSON begins at `at` and should end by `end`. False when no whole JSON object stands there; what
 * was seen until then stands, and depends on nothing behind `end`.
 */
export function sight(bytes: Uint8Array, at: number, end: number, seen: Sight): boolean {
  const close = walk(bytes, at, seen);
  if (close >= 0 && close <= end) return true;
  // Broken JSON may have led the walk into what follows. Once more, with a fence; seldom enough to be dear.
  if (end < bytes.length) walk(bytes.subarray(0, end), at, seen);
  else walk(bytes, at, seen);
  return false;
}

/** Index after the object's closing brace, or -1. */
function walk(bytes: Uint8Array, at: number, seen: Sight): number {
  seen.texts.length = 0;
  seen.finishes.length = 0;
  seen.meaningful = false;
  seen.error = false;
  seen.noChoices = true;
  seen.usageStart = -1;
  seen.choiceUsageStart = -1;
  seen.tierStart = -1;
  seen.modelStart = -1;
  if (bytes[at] !== OPEN_BRACE) return -1;
  const cursor = cursorAt(at);
  let previousEnd = at + 1;
  let cutOpen = false;
  let errorObject = false;
  while (nextMember(bytes, cursor, true)) {
    const { start, keyEnd } = cursor;
    if (cutOpen) {
      // The member after `usage`: what is cut reaches up to it, its comma included.
      seen.cutEnd = start;
      cutOpen = false;
    }
    if (keyEnd - start === 9 && isKey(bytes, start, keyEnd, CHOICES) && bytes[cursor.valueStart] === OPEN_BRACKET) {
      cursor.valueEnd = readChoices(bytes, cursor.valueStart, seen);
      if (cursor.valueEnd < 0) return -1;
    } else {
      if (!passValue(bytes, cursor)) return -1;
      const { valueStart, valueEnd } = cursor;
      if (keyEnd - start === 7) {
        if (isKey(bytes, start, keyEnd, USAGE)) {
          if (bytes[valueStart] === OPEN_BRACE && filled(bytes, valueStart, valueEnd)) {
            seen.usageStart = valueStart;
            seen.usageEnd = valueEnd;
            // Should it be the last member, its comma stands before it.
            seen.cutStart = previousEnd === at + 1 ? start : previousEnd;
            seen.cutEnd = valueEnd;
            if (previousEnd === at + 1) cutOpen = true;
          }
        } else if (seen.wantsModel && isKey(bytes, start, keyEnd, MODEL)) {
          if (bytes[valueStart] === QUOTE && filled(bytes, valueStart, valueEnd)) {
            seen.modelStart = valueStart;
            seen.modelEnd = valueEnd;
          }
        } else if (isKey(bytes, start, keyEnd, ERROR) && filled(bytes, valueStart, valueEnd)) seen.error = true;
      } else if (keyEnd - start === 8 && isKey(bytes, start, keyEnd, OBJECT)) {
        errorObject = isKey(bytes, valueStart, valueEnd, ERROR);
      } else if (keyEnd - start === 14 && isKey(bytes, start, keyEnd, SERVICE_TIER) && bytes[valueStart] === QUOTE) {
        seen.tierStart = valueStart;
        seen.tierEnd = valueEnd;
      }
    }
    previousEnd = cursor.valueEnd;
  }
  if (errorObject && seen.noChoices) seen.error = true;
  return cursor.close;
}

/** Index after the array of choices, or -1. */
function readChoices(bytes: Uint8Array, at: number, seen: Sight): number {
  const cursor = cursorAt(at);
  while (nextMember(bytes, cursor, false)) {
    seen.noChoices = false;
    if (bytes[cursor.valueStart] === OPEN_BRACE) cursor.valueEnd = readChoice(bytes, cursor.valueStart, seen);
    else if (!passValue(bytes, cursor)) return -1;
    if (cursor.valueEnd < 0) return -1;
  }
  return cursor.close;
}

function readChoice(bytes: Uint8Array, at: number, seen: Sight): number {
  const cursor = cursorAt(at);
  while (nextMember(bytes, cursor, true)) {
    const { start, keyEnd, valueStart } = cursor;
    const first = bytes[valueStart];
    if (first === OPEN_BRACE && (isKey(bytes, start, keyEnd, DELTA) || isKey(bytes, start, keyEnd, MESSAGE))) {
      cursor.valueEnd = readDelta(bytes, valueStart, seen);
      if (cursor.valueEnd < 0) return -1;
      continue;
    }
    if (!passValue(bytes, cursor)) return -1;
    const { valueEnd } = cursor;
    if (first === QUOTE && valueEnd - valueStart > 2) {
      if (isKey(bytes, start, keyEnd, FINISH_REASON)) seen.finishes.push(valueStart + 1, valueEnd - 1);
      else if (isKey(bytes, start, keyEnd, TEXT)) {
        seen.meaningful = true;
        seen.texts.push(valueStart + 1, valueEnd - 1);
      }
    } else if (first === OPEN_BRACE && isKey(bytes, start, keyEnd, USAGE) && filled(bytes, valueStart, valueEnd)) {
      seen.choiceUsageStart = valueStart;
      seen.choiceUsageEnd = valueEnd;
    }
  }
  return cursor.close;
}

function readDelta(bytes: Uint8Array, at: number, seen: Sight): number {
  const cursor = cursorAt(at);
  while (nextMember(bytes, cursor, true)) {
    if (!passValue(bytes, cursor)) return -1;
    const { start, keyEnd, valueStart, valueEnd } = cursor;
    if (!filled(bytes, valueStart, valueEnd)) continue;
    if (oneOf(bytes, start, keyEnd, ANSWERS)) {
      seen.meaningful = true;
      if (bytes[valueStart] === QUOTE) seen.texts.push(valueStart + 1, valueEnd - 1);
      else addNested(bytes, valueStart, seen, 0);
    } else if (isKey(bytes, start, keyEnd, REPEATED)) {
      seen.meaningful = true;
    }
  }
  return cursor.close;
}

/** Notes the texts inside an object or array: tool calls, content parts, audio. */
function addNested(bytes: Uint8Array, at: number, seen: Sight, depth: number): void {
  if (depth > 8) return;
  const keyed = bytes[at] === OPEN_BRACE;
  const cursor: Cursor = cursorAt(at);
  while (nextMember(bytes, cursor, keyed) && passValue(bytes, cursor)) {
    const { valueStart, valueEnd } = cursor;
    const first = bytes[valueStart];
    if (first === OPEN_BRACE || first === OPEN_BRACKET) addNested(bytes, valueStart, seen, depth + 1);
    else if (keyed && first === QUOTE && oneOf(bytes, cursor.start, cursor.keyEnd, TEXT_KEYS)) {
      seen.texts.push(valueStart + 1, valueEnd - 1);
    }
  }
}
