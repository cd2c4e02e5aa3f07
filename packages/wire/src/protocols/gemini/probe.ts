import type { CountTokens } from '../../ir/output-meter.ts';
import { watchEvents } from '../../ir/watch.ts';
import { openFrameGate, type Verdict } from '../../json/frame-gate.ts';
import type { StreamProbe, UpstreamFailure } from '../../protocol.ts';
import { decodeText } from '../../text.ts';
import type { UsageReader } from '../openai-chat/response.ts';
import { geminiFailureIn } from './errors.ts';
import { openAnswerReader, readPieces } from './stream-read.ts';

export type GeminiProbeOptions = {
  readonly readUsage?: UsageReader | undefined;
  /** A blocked prompt passes on as the answer that it is, for clients of the same protocol; else it is an error. */
  readonly keepBlocks?: boolean | undefined;
  readonly countTokens?: CountTokens | undefined;
  readonly maxFrameBytes?: number | undefined;
};

/**
 * Watches a streamed answer (`alt=sse`). Bytes pass unchanged, frame by frame; an error frame is never handed on, nor
 * anything after it: the gateway tells the client in its own, redacted words. Frames are parsed, since each is an answer
 * in itself and brings many tokens at once.
 */
export function probeGemini(options: GeminiProbeOptions): StreamProbe {
  const { readUsage, keepBlocks, maxFrameBytes } = options;
  const reader = openAnswerReader({ requestId: '', readUsage, keepBlocks, factsOnly: true });
  const watch = watchEvents(options.countTokens);
  let unread = false;
  let error: UpstreamFailure | undefined;

  const gate = openFrameGate({
    judge,
    unread: () => {
      unread = true;
    },
    maxFrameBytes,
  });

  function judge(bytes: Uint8Array, start: number, end: number, errorEvent: boolean, final: boolean): Verdict {
    const pieces = readPieces(decodeText(bytes.subarray(start, end)));
    // Cut off in the middle: of no use to a client, and in the way of what the gateway has to tell it.
    if (pieces.length === 0 && final && !errorEvent) return 'drop';
    for (const json of pieces) {
      for (const event of reader.read(json)) watch.see(event);
      error ??= watch.error;
      if (error) return 'stop';
      if (errorEvent) error = geminiFailureIn(json, 200);
    }
    if (!errorEvent) return 'pass';
    error ??= { ...silent, type: undefined, code: undefined, param: undefined };
    return 'stop';
  }

  return {
    push: gate.push,
    end() {
      const out = gate.end();
      if (!gate.anyData && out) {
        // Some answer a refusal as plain JSON under the content type of a stream.
        error = readPieces(decodeText(out))
          .map((json) => geminiFailureIn(json, 200))
          .find((failure) => failure !== undefined);
      }
      for (const event of reader.end()) watch.see(event);
      return error ? undefined : out;
    },
    get meaningful() {
      return unread || watch.meaningful || reader.explained;
    },
    /** There is no terminator: the stream is whole when every candidate has said why it ended. */
    get finished() {
      return reader.finished;
    },
    get finishReason() {
      return reader.finishReason;
    },
    get usage() {
      return watch.usage;
    },
    get servedAs() {
      return watch.servedAs;
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

const silent = { status: 500, message: 'The upstream reported an error in its stream.' } as const;
