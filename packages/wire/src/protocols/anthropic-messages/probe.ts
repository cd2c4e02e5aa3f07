import type { UsageReader } from '../openai-chat/response.ts';
import { explainsEmptiness, failureOf } from '../../ir/finish.ts';
import { openOutputMeter, type CountTokens, type OutputMeter } from '../../ir/output-meter.ts';
import type { Usage } from '../../ir/usage.ts';
import { isObject, numberAt, objectAt, parseObject, textAt } from '../../json/fields.ts';
import { openFrameGate, type Verdict } from '../../json/frame-gate.ts';
import { type Cursor, cursorAt, isKey, nextMember, OPEN_BRACE, passValue, skipSpace } from '../../json/scan.ts';
import type { JsonObject, StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { decodeText, encodeText } from '../../text.ts';
import { messagesFailureIn } from './errors.ts';
import { readStop } from './finish.ts';
import { messageResourceIdsOf } from './resources.ts';
import { withAnsweredModel } from '../../ir/served-as.ts';
import { readMessagesServedAs } from './served-as.ts';
import { mergeRawUsage, readMessagesUsage } from './usage.ts';

const QUOTE = 0x22;
const TYPE = encodeText('type');
const DELTA = encodeText('delta');
const BLOCK_DELTA = encodeText('content_block_delta');
const BLOCK_STOP = encodeText('content_block_stop');
const PING = encodeText('ping');
const TEXT_KEYS = ['text', 'thinking', 'partial_json'].map(encodeText);

const unreadableFailure: UpstreamFailure = {
  status: 500,
  message: 'The upstream reported an error in its stream.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/**
 * Watches a streamed message. Bytes pass unchanged, frame by frame; an error frame is never handed on, nor anything
 * after it: the gateway tells the client in its own, redacted words. Deltas are looked at without being parsed.
 */
export function probeMessages(options: {
  readonly readUsage?: UsageReader | undefined;
  readonly countTokens?: CountTokens | undefined;
  readonly maxFrameBytes?: number | undefined;
}): StreamProbe {
  const { readUsage = readMessagesUsage } = options;
  let meaningful = false;
  let finished = false;
  let finishReason = false;
  let error: UpstreamFailure | undefined;
  /** Told by the reason for the end, once all has come. */
  let failing: UpstreamFailure | undefined;
  let raw: Readonly<Record<string, unknown>> = {};
  let usage: Usage | undefined;
  let usageRead = true;
  let model: string | undefined;
  let resourceIds: readonly string[] | undefined;
  const output = openOutputMeter(options.countTokens);

  const gate = openFrameGate({
    judge,
    unread: () => {
      meaningful = true;
    },
    maxFrameBytes: options.maxFrameBytes,
  });

  function judge(bytes: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict {
    const at = skipSpace(bytes, start);
    if (bytes[at] === OPEN_BRACE && !errorEvent) {
      // A text without its end must not be looked for in the frames behind it.
      const seen = scanDelta(end < bytes.length ? bytes.subarray(0, end) : bytes, at);
      if (seen) return 'pass';
    }
    const json = parseObject(decodeText(bytes.subarray(start, end)));
    // Cut off in the middle: of no use to a client, and in the way of what the gateway has to tell it.
    if (!json) return final ? 'drop' : errorEvent ? fail(undefined) : 'pass';
    if (errorEvent || textAt(json, 'type') === 'error') return fail(json);
    readEvent(json);
    return error ? 'stop' : 'pass';
  }

  /** Counts the text of a delta from its bytes. False for any event that is to be parsed. */
  function scanDelta(bytes: Uint8Array, at: number): boolean {
    const cursor = cursorAt(at);
    let deltaStart = -1;
    let isDelta = false;
    while (nextMember(bytes, cursor, true)) {
      if (!passValue(bytes, cursor)) return false;
      const { start, keyEnd, valueStart, valueEnd } = cursor;
      if (isKey(bytes, start, keyEnd, TYPE)) {
        if (isKey(bytes, valueStart, valueEnd, BLOCK_STOP) || isKey(bytes, valueStart, valueEnd, PING)) return true;
        if (!isKey(bytes, valueStart, valueEnd, BLOCK_DELTA)) return false;
        isDelta = true;
      } else if (isKey(bytes, start, keyEnd, DELTA) && bytes[valueStart] === OPEN_BRACE) deltaStart = valueStart;
    }
    if (!isDelta || cursor.close < 0) return false;
    meaningful = true;
    if (deltaStart >= 0) countTexts(bytes, deltaStart, output);
    return true;
  }

  function readEvent(json: JsonObject): void {
    switch (textAt(json, 'type')) {
      case 'message_start':
        addUsage(objectAt(objectAt(json, 'message') ?? {}, 'usage'));
        resourceIds = messageResourceIdsOf(objectAt(json, 'message')) ?? resourceIds;
        model ??= textAt(objectAt(json, 'message') ?? {}, 'model');
        return;
      case 'content_block_start': {
        const block = objectAt(json, 'content_block') ?? {};
        const type = textAt(block, 'type');
        if ((type !== 'text' && type !== 'thinking') || (textAt(block, 'text') ?? '') !== '') meaningful = true;
        return;
      }
      case 'message_delta': {
        addUsage(objectAt(json, 'usage'));
        const stop = readStop(objectAt(json, 'delta') ?? {});
        if (stop) finishReason = true;
        if (stop && explainsEmptiness(stop)) meaningful = true;
        resourceIds = messageResourceIdsOf(objectAt(json, 'delta')) ?? resourceIds;
        failing = stop && failureOf(stop);
        return;
      }
      case 'message_stop':
        error = failing;
        finished = !error;
        return;
      default:
    }
  }

  function addUsage(json: JsonObject | undefined): void {
    if (!json) return;
    raw = mergeRawUsage(raw, json);
    output.reported(numberAt(json, 'output_tokens') ?? 0);
    usageRead = false;
  }

  function fail(json: JsonObject | undefined): 'stop' {
    error = (json && messagesFailureIn(json, 200)) ?? unreadableFailure;
    return 'stop';
  }

  return {
    push: gate.push,
    end() {
      const out = gate.end();
      error ??= failing;
      if (gate.anyData || !out) return out;
      // Some answer a refusal as plain JSON under the content type of a stream.
      const json = parseObject(decodeText(out));
      error = isObject(json) ? messagesFailureIn(json, 200) : undefined;
      return error ? undefined : out;
    },
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
      if (!usageRead) usage = readUsage(raw);
      usageRead = true;
      return usage;
    },
    get servedAs() {
      return withAnsweredModel(readMessagesServedAs(raw), model);
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

/** Counts the texts of a delta. */
function countTexts(bytes: Uint8Array, at: number, output: OutputMeter): void {
  const cursor: Cursor = cursorAt(at);
  while (nextMember(bytes, cursor, true) && passValue(bytes, cursor)) {
    const { start, keyEnd, valueStart, valueEnd } = cursor;
    if (bytes[valueStart] !== QUOTE || !TEXT_KEYS.some((key) => isKey(bytes, start, keyEnd, key))) continue;
    output.escaped(bytes, valueStart + 1, valueEnd - 1);
  }
}
