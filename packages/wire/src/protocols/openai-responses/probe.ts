import { openOutputMeter, type CountTokens } from '../../ir/output-meter.ts';
import { withAnsweredModel, type ServedAs } from '../../ir/served-as.ts';
import type { Usage } from '../../ir/usage.ts';
import { parseObject, objectAt } from '../../json/fields.ts';
import { openFrameGate, type Verdict } from '../../json/frame-gate.ts';
import {
  type Cursor,
  cursorAt,
  isKey,
  nextMember,
  OPEN_BRACE,
  passValue,
  skipSpace,
  startsWith,
} from '../../json/scan.ts';
import type { StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { decodeText, encodeText } from '../../text.ts';
import { responsesFailureIn } from './errors.ts';
import { readResponsesFacts } from './facts.ts';
import { storedIdsOf } from './item-references.ts';
import { responseResourceIdsOf } from './resources.ts';
import { readResponsesUsage, servedAsOfResponse, usageOfResponse, type UsageReader } from './usage.ts';

export type ProbeOptions = {
  /** The report of usage is part of the last event, and never left out. */
  readonly hideUsage: boolean;
  /** A dialect's own reader of the raw usage object. */
  readonly readUsage?: UsageReader | undefined;
  /** A frame longer than this goes through unread. Default 8 MB. */
  readonly countTokens?: CountTokens | undefined;
  readonly maxFrameBytes?: number;
};

const TYPE = encodeText('type');
const DELTA = encodeText('delta');
const ITEM = encodeText('item');
const PARTIAL_IMAGE = encodeText('partial_image_b64');
const ERROR = encodeText('error');
const FAILED = encodeText('response.failed');
const COMPLETED = encodeText('response.completed');
const INCOMPLETE = encodeText('response.incomplete');
const ITEM_DONE = encodeText('response.output_item.done');
const MESSAGE = encodeText('message');
const REASONING = encodeText('reasoning');
const CREATED = encodeText('response.created');
const RESPONSE = encodeText('response');
const ID = encodeText('id');
const MODEL = encodeText('model');
const DONE = encodeText('[DONE]');

const QUOTE = 0x22;

/**
 * Watches a stream of response events beside its way to the client, and changes nothing in it. Of most events only the
 * outermost members are walked over; the last one, which holds the whole response, is parsed. An event that tells of a
 * failure is not handed on, nor anything after it: the gateway tells the client in its own, redacted words.
 */
export function probeResponses(options: ProbeOptions): StreamProbe {
  const { readUsage = readResponsesUsage, maxFrameBytes } = options;
  let meaningful = false;
  let finished = false;
  let error: UpstreamFailure | undefined;
  let usage: Usage | undefined;
  let servedAs: ServedAs | undefined;
  let ids: Pick<StreamProbe, 'storedIds' | 'resourceIds'> = {};
  const output = openOutputMeter(options.countTokens);

  function judge(bytes: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict {
    const at = skipSpace(bytes, start);
    if (bytes[at] !== OPEN_BRACE || at >= end) {
      if (errorEvent) return fail(bytes, start, end);
      // Some vendors end as Chat does.
      return final && !startsWith(bytes, at, end, DONE) ? 'drop' : 'pass';
    }
    const seen = walk(bytes, at, end);
    if (!seen) {
      if (errorEvent) return fail(bytes, start, end);
      // Cut off in the middle: of no use to a client, and in the way of what the gateway has to tell it.
      return final ? 'drop' : 'pass';
    }
    const is = (word: Uint8Array): boolean => isKey(bytes, type.start, type.end, word);
    if (errorEvent || is(ERROR) || is(FAILED)) return fail(bytes, start, end);
    if (delta.start >= 0 && bytes[delta.start] === QUOTE && delta.end - delta.start > 2) {
      meaningful = true;
      output.escaped(bytes, delta.start + 1, delta.end - 1);
    }
    if (seen.image) meaningful = true;
    if (is(CREATED)) {
      ids = idsOfBegun(bytes, at) ?? ids;
      servedAs = withAnsweredModel(servedAs, wordOfResponse(bytes, at, MODEL));
    } else if (is(COMPLETED) || is(INCOMPLETE)) readEnd(bytes, start, end);
    // A call, a picture or a search is something; a message or a thought only when there are words in it.
    else if (is(ITEM_DONE) && seen.item) meaningful = true;
    return 'pass';
  }

  const type = { start: -1, end: -1 };
  const delta = { start: -1, end: -1 };

  /** Finds the outermost members of an event; undefined when it is no whole JSON object. */
  function walk(
    all: Uint8Array,
    at: number,
    end: number,
  ): { readonly image: boolean; readonly item: boolean } | undefined {
    const bytes = end < all.length ? all.subarray(0, end) : all;
    type.start = -1;
    type.end = -1;
    delta.start = -1;
    delta.end = -1;
    let image = false;
    let item = false;
    const cursor = cursorAt(at);
    while (nextMember(bytes, cursor, true)) {
      if (!passValue(bytes, cursor)) return undefined;
      const { start, keyEnd, valueStart, valueEnd } = cursor;
      if (isKey(bytes, start, keyEnd, TYPE)) {
        type.start = valueStart;
        type.end = valueEnd;
      } else if (isKey(bytes, start, keyEnd, DELTA)) {
        delta.start = valueStart;
        delta.end = valueEnd;
      } else if (isKey(bytes, start, keyEnd, PARTIAL_IMAGE)) image = true;
      else if (isKey(bytes, start, keyEnd, ITEM) && bytes[valueStart] === OPEN_BRACE)
        item = isSomething(bytes, valueStart);
    }
    return cursor.close < 0 ? undefined : { image, item };
  }

  function fail(bytes: Uint8Array, start: number, end: number): Verdict {
    error = responsesFailureIn(parseObject(decodeText(bytes.subarray(start, end))) ?? null);
    return 'stop';
  }

  function readEnd(bytes: Uint8Array, start: number, end: number): void {
    finished = true;
    const response = objectAt(parseObject(decodeText(bytes.subarray(start, end))) ?? {}, 'response') ?? {};
    usage = usageOfResponse(response, readUsage) ?? usage;
    servedAs = withAnsweredModel(servedAsOfResponse(response, usage), response['model'] ?? servedAs?.model);
    ids = { storedIds: storedIdsOf(response), resourceIds: responseResourceIdsOf(response) };
    if (readResponsesFacts(response).meaningful) meaningful = true;
  }

  const gate = openFrameGate({
    judge,
    unread() {
      meaningful = true;
    },
    maxFrameBytes,
  });

  return {
    push: (chunk) => (error ? undefined : gate.push(chunk)),
    end() {
      return error ? undefined : gate.end();
    },
    get meaningful() {
      return meaningful;
    },
    get finished() {
      return finished;
    },
    get finishReason() {
      return finished;
    },
    get usage() {
      return usage;
    },
    get servedAs() {
      return servedAs;
    },
    get storedIds() {
      return ids.storedIds;
    },
    get resourceIds() {
      return ids.resourceIds;
    },
    get error() {
      return error;
    },
    get outputEstimate() {
      return output.tokens;
    },
    get unreported() {
      return output.unreported;
    },
  };
}

function idsOfBegun(bytes: Uint8Array, at: number): Pick<StreamProbe, 'storedIds'> | undefined {
  const id = wordOfResponse(bytes, at, ID);
  return id === undefined ? undefined : { storedIds: [id] };
}

/** A word of the response that an event holds, found without parsing all that it repeats of the request. */
function wordOfResponse(bytes: Uint8Array, at: number, key: Uint8Array): string | undefined {
  const response = memberAt(bytes, at, RESPONSE);
  const id = response && bytes[response.valueStart] === OPEN_BRACE && memberAt(bytes, response.valueStart, key);
  if (!id || bytes[id.valueStart] !== QUOTE) return undefined;
  return decodeText(bytes.subarray(id.valueStart + 1, id.valueEnd - 1));
}

/** A member of the object that begins at `at`. */
function memberAt(bytes: Uint8Array, at: number, key: Uint8Array): Cursor | undefined {
  const cursor = cursorAt(at);
  while (nextMember(bytes, cursor, true) && passValue(bytes, cursor))
    if (isKey(bytes, cursor.start, cursor.keyEnd, key)) return cursor;
  return undefined;
}

/** Whether an item is more than an empty message or thought. */
function isSomething(bytes: Uint8Array, at: number): boolean {
  const cursor = cursorAt(at);
  while (nextMember(bytes, cursor, true) && passValue(bytes, cursor)) {
    const { start, keyEnd, valueStart, valueEnd } = cursor;
    if (isKey(bytes, start, keyEnd, TYPE))
      return !isKey(bytes, valueStart, valueEnd, MESSAGE) && !isKey(bytes, valueStart, valueEnd, REASONING);
  }
  return false;
}
