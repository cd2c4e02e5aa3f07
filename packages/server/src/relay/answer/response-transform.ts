import type { Egress, EventWriter, ReadOptions } from '@tollgate/wire/ir/codec';
import type { Loss } from '@tollgate/wire/ir/loss';
import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import { watchSignedReasoning } from '@tollgate/wire/ir/signed-reasoning';
import { watchEvents } from '@tollgate/wire/ir/watch';
import { readFrames, type Frame } from '@tollgate/wire/json/sse';
import { openArrayFraming } from '@tollgate/wire/protocols/gemini/array-framing';
import type { ErrorWords, RequestSummary, StreamProbe, UpstreamFailure } from '@tollgate/wire/protocol';
import type { StorableParts } from '../chat/store-answer-parts.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { joinBytes } from '../send/join-bytes.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { egressOf, ingressOf, passthroughOf } from '../chat/protocols.ts';
import { writeContextOf, type Translated } from '../chat/translate.ts';

/**
 * What stands between an upstream's stream and the client's. Bytes of the upstream's go in, cut anywhere; what may go to
 * the client now comes out, and what the gateway must know of them is told as by any probe.
 */
export type ResponseTransform = StreamProbe &
  StorableParts & {
    /** The last bytes of a stream that is whole. */
    close(): Uint8Array | undefined;
    /** The last bytes of one that broke, in the gateway's words; no success terminator follows. */
    fail(words: ErrorWords): Uint8Array;
    /** What the answer lost so far, on the translating passthrough. */
    readonly losses: readonly Loss[];
  };

/** The transform of a candidate's answer: translated, or passed on beside a probe. */
export function openResponseTransform(
  context: RequestContext,
  summary: RequestSummary,
  candidate: Candidate,
  translated: Translated | undefined,
): ResponseTransform {
  if (!translated) return openPassthrough(context, summary, candidate);
  const { protocol, usage: readUsage } = candidate.dialect;
  const writer = ingressOf(context.call.protocol.id).writeEvents(writeContextOf(context, summary, translated.request));
  const options = { requestId: context.call.id, readUsage };
  return openTranslation(egressOf(protocol), options, writer, tokenizerOf(candidate.traits));
}

const noLosses: readonly Loss[] = [];

/** Bytes as they come, but for the usage chunk of those who did not ask, and Gemini's framing as an array. */
function openPassthrough(context: RequestContext, summary: RequestSummary, candidate: Candidate): ResponseTransform {
  const { protocol, framing, id } = context.call;
  const { dialect } = candidate;
  const array = framing === 'json-array' ? openArrayFraming() : undefined;
  const probe = passthroughOf(dialect.protocol).probe({
    hideUsage: !array && !summary.wantsUsage,
    readUsage: dialect.usage,
    countTokens: tokenizerOf(candidate.traits),
  });
  const framed = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
    array && bytes ? array.push(bytes) : bytes;
  return {
    push: (chunk) => framed(probe.push(chunk)),
    end: () => framed(probe.end()),
    close: () => (array ? array.end() : probe.finished ? undefined : protocol.streamEnd),
    fail: (words) => (array ? array.fail(words, id) : protocol.writeStreamError(words, id)),
    losses: noLosses,
    get meaningful() {
      return probe.meaningful;
    },
    get finished() {
      return probe.finished;
    },
    get finishReason() {
      return probe.finishReason;
    },
    get usage() {
      return probe.usage;
    },
    get servedAs() {
      return probe.servedAs;
    },
    get error() {
      return probe.error;
    },
    get outputEstimate() {
      return probe.outputEstimate;
    },
    get unreported() {
      return probe.unreported;
    },
    get storedIds() {
      return probe.storedIds;
    },
  };
}

const encoder = new TextEncoder();

/** Frames to events to the client's frames. Each frame is parsed once; the gateway learns what it must from the events. */
export function openTranslation(
  egress: Egress,
  options: ReadOptions,
  writer: EventWriter,
  countTokens: CountTokens | undefined,
): ResponseTransform {
  const frames = egress.openFrames?.() ?? readFrames();
  const reader = egress.readEvents(options);
  const watch = watchEvents(countTokens);
  const reasoning = watchSignedReasoning();
  let overflow: UpstreamFailure | undefined;

  /** What some events become. An error is the gateway's to tell, and nothing comes behind it. */
  const write = (events: ReturnType<typeof reader.read>): string => {
    let text = '';
    for (const event of events) {
      watch.see(event);
      reasoning.see(event);
      if (watch.error) break;
      text += writer.write(event);
    }
    return text;
  };
  const writeFrames = (list: readonly Frame[]): string => {
    let text = '';
    for (const frame of list) {
      text += write(reader.read(frame));
      if (watch.error) break;
    }
    if (frames.overflowed) overflow = tooLong;
    return text;
  };
  const bytes = (text: string): Uint8Array | undefined => (text === '' ? undefined : encoder.encode(text));

  return {
    push: (chunk) => bytes(writeFrames(frames.push(chunk))),
    end() {
      const text = writeFrames(frames.end());
      return bytes(watch.error ? text : text + write(reader.end()));
    },
    close: () => undefined,
    fail: (words) => encoder.encode(writer.fail(words)),
    get losses() {
      return writer.losses;
    },
    get meaningful() {
      return watch.meaningful;
    },
    get finished() {
      return watch.finished;
    },
    get finishReason() {
      return watch.finishReason;
    },
    get usage() {
      return watch.usage;
    },
    get servedAs() {
      return watch.servedAs;
    },
    get error() {
      return watch.error ?? overflow;
    },
    get outputEstimate() {
      return watch.outputEstimate;
    },
    get unreported() {
      return watch.unreported;
    },
    get items() {
      return writer.output;
    },
    get reasoning() {
      return reasoning.found;
    },
  };
}

const tooLong: UpstreamFailure = {
  status: 502,
  message: 'An event of the upstream was longer than the gateway takes.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/** One array of two pieces, either of which may be missing. */
export const joined = (first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | undefined =>
  first && second ? joinBytes([first, second], first.byteLength + second.byteLength) : (first ?? second);
