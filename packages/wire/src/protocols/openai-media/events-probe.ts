import { openOutputMeter, type CountTokens } from '../../ir/output-meter.ts';
import type { ServedAs } from '../../ir/served-as.ts';
import type { Usage } from '../../ir/usage.ts';
import { parseJson } from '../../json/exact.ts';
import { openFrameGate, type Verdict } from '../../json/frame-gate.ts';
import { cursorAt, nextMember, OPEN_BRACE, passValue, skipSpace, startsWith } from '../../json/scan.ts';
import type { Json, StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { isImplausible } from '../implausible.ts';
import { failureIn } from '../openai-chat/errors.ts';
import { decodeText, encodeText } from '../../text.ts';

/** What an event says to the gateway. */
export type EventFacts = {
  /** Some of the answer is in it. */
  readonly meaningful?: boolean;
  /** The answer is whole with it. */
  readonly done?: boolean;
};

/** How the events of one kind of stream are read. */
export type EventReader = {
  /** Members that are read beside `type`; the others, in which pictures and sound are, are passed over unread. */
  readonly fields: readonly string[];
  see(type: string, fields: ReadonlyMap<string, Json>): EventFacts;
  /** What has been reported by now. */
  readonly usage: Usage | undefined;
  readonly servedAs?: ServedAs | undefined;
  /** The member that is text of the answer. */
  readonly textField?: string;
  /** The member of which only the length is told to `measure`: so much of the answer came. */
  readonly measured?: string;
  measure?(bytes: number): void;
  readonly countTokens?: CountTokens | undefined;
};

/** Enough for the largest generated picture in base64. */
const MAX_FRAME_BYTES = 64 << 20;

/** A member longer than this is none that is read. */
const MAX_FIELD_BYTES = 1 << 16;

const DONE = encodeText('[DONE]');

/**
 * Watches a stream of typed events of which each is a JSON object (OpenAI's images and audio). Bytes go through unchanged, frame
 * by frame; an error is not handed on, nor what follows it.
 */
export function probeEvents(reader: EventReader): StreamProbe & { readonly doubtful: boolean } {
  const wanted = new Set(['type', 'error', ...reader.fields]);
  const output = openOutputMeter(reader.countTokens);
  let meaningful = false;
  let finished = false;
  let done = false;
  let doubtful = false;
  let error: UpstreamFailure | undefined;
  const gate = openFrameGate({
    judge,
    unread: () => {
      meaningful = true;
    },
    maxFrameBytes: MAX_FRAME_BYTES,
  });

  function judge(bytes: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict {
    const at = skipSpace(bytes, start);
    if (bytes[at] !== OPEN_BRACE || at >= end) {
      if (startsWith(bytes, at, end, DONE)) finished = true;
      return final && !finished ? 'drop' : 'pass';
    }
    const fields = membersOf(bytes.subarray(at, end));
    // Cut off in the middle: of no use to a client.
    if (!fields) return final ? 'drop' : 'pass';
    const type = fields.get('type');
    if (errorEvent || type === 'error' || fields.has('error')) {
      error = failureIn(parseJson(decodeText(bytes.subarray(at, end))), 200) ?? unexplained;
      return 'stop';
    }
    if (isImplausible(fields.get('usage'))) doubtful = true;
    const facts = reader.see(typeof type === 'string' ? type : '', fields);
    if (facts.meaningful) meaningful = true;
    if (facts.done) done = true;
    return 'pass';
  }

  /** The members that are wanted; undefined when the object is not whole. */
  function membersOf(bytes: Uint8Array): ReadonlyMap<string, Json> | undefined {
    const fields = new Map<string, Json>();
    const cursor = cursorAt(0);
    while (nextMember(bytes, cursor, true)) {
      if (!passValue(bytes, cursor)) return undefined;
      const { start, keyEnd, valueStart, valueEnd } = cursor;
      const key = decodeText(bytes.subarray(start + 1, keyEnd - 1));
      if (key === reader.textField) output.escaped(bytes, valueStart + 1, valueEnd - 1);
      if (key === reader.measured) reader.measure?.(valueEnd - valueStart - 2);
      if (!wanted.has(key) || valueEnd - valueStart > MAX_FIELD_BYTES) continue;
      const value = parseJson(decodeText(bytes.subarray(valueStart, valueEnd)));
      if (value !== undefined && value !== null) fields.set(key, value);
    }
    return cursor.close < 0 ? undefined : fields;
  }

  return {
    push: gate.push,
    end() {
      const rest = gate.end();
      if (rest && !gate.anyData) error = failureIn(parseJson(decodeText(rest)), 200);
      return error ? undefined : rest;
    },
    get meaningful() {
      return meaningful;
    },
    get finished() {
      return finished;
    },
    get finishReason() {
      return done;
    },
    get usage() {
      return reader.usage;
    },
    /** It reports usage that cannot be. */
    get doubtful() {
      return doubtful;
    },
    get servedAs() {
      return reader.servedAs;
    },
    get error() {
      return error;
    },
    get outputEstimate() {
      return output.tokens;
    },
    unreported: 0,
  };
}

const unexplained: UpstreamFailure = {
  status: 500,
  message: 'The upstream reported an error in its stream.',
  type: undefined,
  code: undefined,
  param: undefined,
};
