import { wantsSound } from '@tollgate/wire/protocols/openai-chat/resources';
import type { Egress, EventWriter, ReadOptions } from '@tollgate/wire/ir/codec';
import type { Loss } from '@tollgate/wire/ir/loss';
import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import { watchSignedReasoning } from '@tollgate/wire/ir/signed-reasoning';
import type { Usage } from '@tollgate/wire/ir/usage';
import { watchEvents } from '@tollgate/wire/ir/watch';
import { readFrames, writeFrame, type Frame, type FrameReader } from '@tollgate/wire/json/sse';
import { openArrayFraming } from '@tollgate/wire/protocols/gemini/array-framing';
import type { UpstreamFailure } from '@tollgate/wire/protocol';
import type { CallTarget } from '../../relay/call.ts';
import type { ResponseTransform } from '../../relay/exchange.ts';
import { joinBytes } from '../../relay/send/join-bytes.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { passthroughOf, watchedUsage } from './protocols.ts';
import { jsonOf } from './state.ts';
import type { ChatParts } from './store-answer-parts.ts';
import { usageEstimated } from './translate.ts';

/** The transform of a conversation's answer, with what of it is kept. */
export type ChatTransform = ResponseTransform & ChatParts;

/** Content type of a stream for the client. */
export const streamTypeFor = (framing: CallTarget['framing']): string =>
  framing === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/json';

const noLosses: readonly Loss[] = [];

/** Bytes as they come, but for the usage chunk of those who did not ask, and Gemini's framing as an array. */
export function openPassthrough(context: Planned, candidate: Candidate): ChatTransform {
  const { endpoint, target, id } = context.call;
  const { framing } = target;
  const { dialect } = candidate;
  const protocol = passthroughOf(dialect.protocol);
  const array = framing === 'json-array' ? openArrayFraming() : undefined;
  const probe = protocol.probe({
    hideUsage: !array && !context.summary.wantsUsage,
    readUsage: watchedUsage(context, dialect),
    countTokens: tokenizerOf(candidate.traits),
    watchSound: wantsSound(jsonOf(context)),
  });
  const unwrapped = dialect.wrapping && openUnwrapping(dialect.wrapping.open());
  const framed = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
    array && bytes ? array.push(bytes) : bytes;
  return {
    contentType: streamTypeFor(framing),
    push(chunk) {
      const bytes = unwrapped ? unwrapped.push(chunk) : chunk;
      return bytes && framed(probe.push(bytes));
    },
    end() {
      const last = unwrapped?.end();
      return framed(last ? joined(probe.push(last), probe.end()) : probe.end());
    },
    close: () => (array ? array.end() : probe.finished ? undefined : protocol.streamEnd),
    fail: (words) => (array ? array.fail(words, id) : endpoint.errors.writeStreamError(words, id)),
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
    get resourceIds() {
      return probe.resourceIds;
    },
  };
}

/** Events in the vendor's own framing, as server-sent events. */
function openUnwrapping(frames: FrameReader) {
  const written = (list: readonly Frame[]): Uint8Array | undefined => {
    if (list.length === 0) return undefined;
    const pieces = list.map(({ event, data }) => writeFrame({ data, ...(event !== undefined && { event }) }));
    return joinBytes(
      pieces,
      pieces.reduce((sum, { length }) => sum + length, 0),
    );
  };
  return {
    push: (chunk: Uint8Array) => written(frames.push(chunk)),
    end: () => written(frames.end()),
  };
}

const joined = (first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | undefined =>
  first && second ? joinBytes([first, second], first.length + second.length) : (first ?? second);

const encoder = new TextEncoder();

/** What a translation of a stream needs to know beside the protocols. */
export type TranslationFacts = {
  readonly countTokens: CountTokens | undefined;
  /** Of what the client is sent; default server-sent events. */
  readonly contentType?: string;
  /** The usage of an answer whose upstream tells none, for so much output: what is charged, and told. */
  estimate(outputTokens: number): Usage;
};

/** Frames to events to the client's frames. Each frame is parsed once; the gateway learns what it must from the events. */
export function openTranslation(
  egress: Egress,
  options: ReadOptions,
  writer: EventWriter,
  { countTokens, contentType = streamTypeFor('sse'), estimate }: TranslationFacts,
): ChatTransform {
  const frames = egress.openFrames?.() ?? readFrames();
  const reader = egress.readEvents(options);
  const watch = watchEvents(countTokens);
  const reasoning = watchSignedReasoning();
  let overflow: UpstreamFailure | undefined;
  let estimated = false;

  /** What some events become. An error is the gateway's to tell, and nothing comes behind it. */
  const write = (events: ReturnType<typeof reader.read>): string => {
    let text = '';
    for (const event of events) {
      watch.see(event);
      reasoning.see(event);
      if (watch.error) break;
      if (event.type === 'finish' && !watch.usage && !estimated) {
        estimated = true;
        text += writer.write({ type: 'usage', usage: estimate(watch.outputEstimate) });
      }
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
    contentType,
    push: (chunk) => bytes(writeFrames(frames.push(chunk))),
    end() {
      const text = writeFrames(frames.end());
      return bytes(watch.error ? text : text + write(reader.end()));
    },
    close: () => undefined,
    fail: (words) => encoder.encode(writer.fail(words)),
    get losses() {
      return estimated ? [...writer.losses, usageEstimated] : writer.losses;
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
