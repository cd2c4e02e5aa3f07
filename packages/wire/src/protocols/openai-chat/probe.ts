import { explainsEmptiness, failureOfAll } from '../../ir/finish.ts';
import { openOutputMeter, type CountTokens } from '../../ir/output-meter.ts';
import type { Usage } from '../../ir/usage.ts';
import { parseJson } from '../../json/exact.ts';
import { objectsAt, parseObject } from '../../json/fields.ts';
import { OPEN_BRACE, skipSpace, startsWith } from '../../json/scan.ts';
import { openFrameGate, type Verdict } from '../../json/frame-gate.ts';
import type { JsonObject, StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { copyBytes, decodeText, encodeText } from '../../text.ts';
import { mergeReports } from '../raw-usage.ts';
import { failureIn } from './errors.ts';
import { readFinish, readFinishOf } from './finish.ts';
import { blankSight, sight, type Sight } from './frame.ts';
import { streamedResourceIdIn } from './resources.ts';
import type { UsageReader } from './response.ts';
import { readChatServedAs, readChatUsage } from './usage.ts';

export type ProbeOptions = {
  /** Leaves the usage report out, for a client that did not ask for it. */
  readonly hideUsage: boolean;
  /** A dialect's own reader of the raw usage object. */
  readonly readUsage?: UsageReader | undefined;
  readonly countTokens?: CountTokens | undefined;
  /** Looks for the id of a sound, by which a later request may name it. */
  readonly watchSound?: boolean;
  /** A frame longer than this goes through unread. Default 8 MB. */
  readonly maxFrameBytes?: number;
};

/** A usage object longer than this is no usage object. */
const MAX_USAGE_BYTES = 1 << 16;

/** A name of a tier longer than this is none. */
const MAX_TIER_BYTES = 100;

/** Nor is a name of a model. */
const MAX_MODEL_BYTES = 1000;

const DONE = encodeText('[DONE]');

const unreadableFailure: UpstreamFailure = {
  status: 500,
  message: 'The upstream reported an error in its stream.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/**
 * Watches a chat or legacy completion stream. Only whole frames leave it: the unfinished tail of a chunk waits for its
 * rest (no client could have used it sooner), so that a frame can be judged before it is handed on, and whatever the
 * gateway appends after a cut stands on a line of its own. In the usual case a chunk is made of whole frames and is
 * returned as it is, the same array.
 *
 * With `hideUsage` a chunk that only reports usage (`choices` empty) is left out with its separator; one that reports
 * it beside choices loses the `usage` key and keeps every other byte. An error frame is never handed on, nor anything
 * after it: the gateway tells the client in its own, redacted words. A choice that ended in failure passes with the
 * upstream's own word, and `[DONE]` becomes the error. Where bytes are cut into chunks changes nothing.
 */
export function probeChat(options: ProbeOptions): StreamProbe {
  const { hideUsage, readUsage = readChatUsage } = options;
  const seen = blankSight();
  const output = openOutputMeter(options.countTokens);
  let meaningful = false;
  let finished = false;
  let finishReason = false;
  let error: UpstreamFailure | undefined;
  /** A choice ended in it; told at the end, when usage has been reported. */
  let failing: UpstreamFailure | undefined;
  const reports = openReports(readUsage);
  const choiceReports = openReports(readUsage);
  const served = openServed();
  let usage: Usage | undefined;
  let usageRead = true;
  let resourceIds: readonly string[] | undefined;

  const gate = openFrameGate({
    judge,
    unread: () => {
      meaningful = true;
    },
    maxFrameBytes: options.maxFrameBytes,
  });

  /** Reads one frame's data, and says what of the frame is to be left out. */
  function judge(text: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict {
    const at = skipSpace(text, start);
    if (text[at] !== OPEN_BRACE || at >= end) {
      if (startsWith(text, at, end, DONE)) {
        error = failing;
        if (error) return 'stop';
        finished = true;
      } else if (errorEvent) return fail(text.subarray(start, end));
      else if (final) return 'drop';
      return 'pass';
    }
    const whole = sight(text, at, end, seen);
    // Cut off in the middle: of no use to a client, and in the way of what the gateway has to tell it.
    if (!whole && final) return 'drop';
    const { texts } = seen;
    for (let i = 0; i < texts.length; i += 2) output.escaped(text, texts[i] ?? 0, texts[i + 1] ?? 0);
    if (seen.meaningful) meaningful = true;
    if (seen.finishes.length > 0) readFinishes(text, at, end);
    if (options.watchSound === true) resourceIds ??= soundIn(text.subarray(start, end));
    served.see(text, seen);
    if (seen.error || errorEvent) return fail(text.subarray(start, end));
    if (seen.choiceUsageStart >= 0 && seen.choiceUsageEnd - seen.choiceUsageStart < MAX_USAGE_BYTES) {
      output.reported();
      choiceReports.take(text.subarray(seen.choiceUsageStart, seen.choiceUsageEnd));
      usageRead = false;
    }
    if (seen.usageStart < 0 || seen.usageEnd - seen.usageStart >= MAX_USAGE_BYTES) return 'pass';
    output.reported();
    reports.take(text.subarray(seen.usageStart, seen.usageEnd));
    usageRead = false;
    if (!hideUsage || !whole) return 'pass';
    return seen.noChoices ? 'drop' : { cutStart: seen.cutStart, cutEnd: seen.cutEnd };
  }

  /** Why choices ended; once for each, so that words may be made of the bytes. */
  function readFinishes(text: Uint8Array, at: number, end: number): void {
    finishReason = true;
    const { finishes } = seen;
    for (let i = 0; i < finishes.length; i += 2) {
      const finish = readFinish(decodeText(text.subarray(finishes[i], finishes[i + 1])));
      if (explainsEmptiness(finish)) meaningful = true;
      if (finish.reason !== 'error') continue;
      // What the choice says beside the word stands somewhere in the frame.
      const choices = objectsAt(parseObject(decodeText(text.subarray(at, end))) ?? {}, 'choices');
      failing ??= failureOfAll([...choices.map((choice) => ({ finish: readFinishOf(choice) })), { finish }]);
    }
  }

  function fail(data: Uint8Array): 'stop' {
    error = readFailure(decodeText(data)) ?? unreadableFailure;
    return 'stop';
  }

  function end(): Uint8Array | undefined {
    const out = gate.end();
    error ??= failing;
    if (!out || gate.anyData) return out;
    // Some answer a refusal as plain JSON under the content type of a stream.
    if (out[skipSpace(out, 0)] === OPEN_BRACE) error = readFailure(decodeText(out));
    return error ? undefined : out;
  }

  function readUsageOnce(): Usage | undefined {
    if (usageRead) return usage;
    usageRead = true;
    // The chunk's own report comes before those inside choices, which leave out what other choices took.
    usage = reports.read() ?? choiceReports.read();
    return usage;
  }

  return {
    push: gate.push,
    end,
    get meaningful() {
      return meaningful;
    },
    get finished() {
      return finished;
    },
    get finishReason() {
      return finishReason;
    },
    get usage() {
      return readUsageOnce();
    },
    get servedAs() {
      return served.read();
    },
    get resourceIds() {
      return resourceIds;
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

/** The words that say how a stream was served, by their bytes. */
function openServed() {
  let tier: Uint8Array | undefined;
  let model: Uint8Array | undefined;
  const word = (text: Uint8Array, start: number, end: number, most: number): Uint8Array =>
    copyBytes(text.subarray(start, Math.min(end, start + most)));
  const said = (bytes: Uint8Array | undefined) => bytes && parseJson(decodeText(bytes));
  return {
    see(text: Uint8Array, seen: Sight): void {
      // Every chunk repeats it; what counts is the first word, and the last.
      if (seen.tierStart >= 0 && (tier === undefined || seen.finishes.length > 0 || seen.usageStart >= 0))
        tier = word(text, seen.tierStart, seen.tierEnd, MAX_TIER_BYTES);
      if (seen.modelStart < 0) return;
      seen.wantsModel = false;
      model = word(text, seen.modelStart, seen.modelEnd, MAX_MODEL_BYTES);
    },
    read: () => readChatServedAs(said(tier), said(model)),
  };
}

function soundIn(frame: Uint8Array): readonly string[] | undefined {
  const id = streamedResourceIdIn(decodeText(frame));
  return id === undefined ? undefined : [id];
}

function readFailure(text: string): UpstreamFailure | undefined {
  return failureIn(parseJson(text), 200);
}

/** Reports of usage by their bytes; most streams have one, which is parsed when it is asked for. */
function openReports(readUsage: UsageReader) {
  let last: Uint8Array | undefined;
  let known: JsonObject | undefined;
  const told = (): JsonObject | undefined => {
    const json = last && parseObject(decodeText(last));
    return known && json ? (mergeReports(known, json) as JsonObject) : (json ?? known);
  };
  return {
    take(bytes: Uint8Array): void {
      if (last) known = told();
      last = copyBytes(bytes);
    },
    read(): Usage | undefined {
      const json = told();
      return json && readUsage(json);
    },
  };
}
