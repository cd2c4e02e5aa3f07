import type { CountTokens } from '../../ir/output-meter.ts';
import { watchEvents } from '../../ir/watch.ts';
import { openFrameGate, type Verdict } from '../../json/frame-gate.ts';
import { OPEN_BRACE, skipSpace, startsWith } from '../../json/scan.ts';
import { parseObject } from '../../json/fields.ts';
import type { StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { decodeText, encodeText } from '../../text.ts';
import type { UsageReader } from '../openai-chat/response.ts';
import { interactionsFailureIn } from './errors.ts';
import { storedAs } from './facts.ts';
import { openAnswerReader } from './stream-read.ts';

export type InteractionsProbeOptions = {
  readonly readUsage?: UsageReader | undefined;
  readonly countTokens?: CountTokens | undefined;
  readonly maxFrameBytes?: number | undefined;
};

const DONE = encodeText('[DONE]');

/**
 * Watches a streamed interaction beside its way to the client, and changes nothing in it. Events are parsed, since each
 * brings many tokens at once; one that tells of a failure is not handed on, nor anything after it: the gateway tells the
 * client in its own, redacted words.
 */
export function probeInteractions(options: InteractionsProbeOptions): StreamProbe {
  const { readUsage, countTokens, maxFrameBytes } = options;
  const reader = openAnswerReader({ requestId: '', readUsage, factsOnly: true });
  const watch = watchEvents(countTokens);
  let unread = false;
  let done = false;
  let error: UpstreamFailure | undefined;

  function judge(bytes: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict {
    const at = skipSpace(bytes, start);
    const isJson = bytes[at] === OPEN_BRACE;
    if (!isJson && startsWith(bytes, at, end, DONE)) done = true;
    const json = isJson || errorEvent ? parseObject(decodeText(bytes.subarray(start, end))) : undefined;
    if (errorEvent) {
      error = interactionsFailureIn(json ?? null);
      return 'stop';
    }
    // Cut off in the middle: of no use to a client, and in the way of what the gateway has to tell it.
    if (!json) return final && isJson ? 'drop' : 'pass';
    for (const event of reader.event(json)) watch.see(event);
    error ??= watch.error;
    return error ? 'stop' : 'pass';
  }

  const gate = openFrameGate({
    judge,
    unread() {
      unread = true;
    },
    maxFrameBytes,
  });

  return {
    push: (chunk) => (error ? undefined : gate.push(chunk)),
    end: () => (error ? undefined : gate.end()),
    get meaningful() {
      return unread || watch.meaningful || reader.explained;
    },
    get finished() {
      return done;
    },
    get finishReason() {
      return reader.finished;
    },
    get usage() {
      return watch.usage;
    },
    get servedAs() {
      return watch.servedAs;
    },
    get storedIds() {
      return storedAs(reader.id, reader.environment).storedIds;
    },
    get resourceIds() {
      return storedAs(reader.id, reader.environment).resourceIds;
    },
    get error() {
      return error;
    },
    get outputEstimate() {
      return watch.outputEstimate;
    },
    get unreported() {
      return watch.unreported;
    },
  };
}
