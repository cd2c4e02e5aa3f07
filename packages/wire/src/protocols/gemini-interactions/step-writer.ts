import type { IrEvent, WholePart } from '../../ir/event.ts';
import type { LossTracker } from '../../ir/loss.ts';
import type { Citation, Signature } from '../../ir/part.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeArguments } from '../gemini/arguments.ts';
import { isContent } from './content-read.ts';
import { writeAnnotations } from './content-write.ts';
import { writeAnswerPart } from './response-write.ts';
import { carry } from './steps-write.ts';

/** The start of a part, and a piece of one. */
export type PartStart = Extract<
  IrEvent,
  { type: 'text-start' | 'reasoning-start' | 'refusal-start' | 'tool-call-start' | 'audio-start' }
>;
export type PartDelta = Extract<IrEvent, { type: `${string}-delta` }>;

type CallStart = Extract<PartStart, { type: 'tool-call-start' }>;

/** The part that is open. Its step is begun with the first thing in it, so that empty parts are none. */
type Open = {
  readonly start: PartStart;
  begun: boolean;
  /** Text, or arguments, as far as they are needed again; audio waits until it is whole. */
  text: string;
  transcript: string;
  signature: Signature | undefined;
  readonly citations: Citation[];
};

/** Writes parts of a streamed answer, one after the other, as the events of steps. */
export type StepWriter = {
  start(event: PartStart): void;
  delta(event: PartDelta): string;
  cite(part: number, citation: Citation): void;
  sign(part: number, signature: Signature): void;
  /** Ends a part; `expiresAt` is of audio. */
  close(part: number, expiresAt?: number): string;
  /** A part that comes whole. */
  whole(part: number, value: WholePart): string;
  /** Some call had to be left in part. */
  readonly broken: boolean;
};

/** An event as it is framed. */
export const frame = (name: string, fields: JsonObject): string =>
  `event: ${name}\ndata: ${JSON.stringify({ ...fields, event_type: name })}\n\n`;

export const pathOf = (part: number): string => `choices[0].parts[${part}]`;

export function openStepWriter(lossTracker: LossTracker): StepWriter {
  let open: Open | undefined;
  let index = 0;
  let broken = false;

  const begin = (step: JsonObject): string => frame('step.start', { index, step });
  const piece = (delta: JsonObject): string => frame('step.delta', { index, delta });
  const end = (): string => frame('step.stop', { index: index++ });

  /** The start of the open part's step, once. */
  function begun(part: Open): string {
    if (part.begun) return '';
    part.begun = true;
    return begin(stepOf(part.start));
  }

  function steps(written: readonly JsonObject[]): string {
    let text = '';
    for (const one of written)
      text += isContent(one) ? begin({ type: 'model_output' }) + piece(one) + end() : begin(one) + end();
    return text;
  }

  function endText(part: Open, path: string): string {
    if (part.signature) lossTracker.dropped(`${path}.signature`, 'only thoughts and calls are signed there');
    const annotations = writeAnnotations(part.citations, part.text, path, lossTracker);
    const cited = annotations.length > 0 ? begun(part) + piece({ type: 'text_annotation_delta', annotations }) : '';
    return part.begun ? cited + end() : '';
  }

  const signed = ({ signature }: Open, redacted?: boolean): string => {
    const carried = signature && carry(signature, redacted);
    return carried === undefined ? '' : piece({ type: 'thought_signature', signature: carried });
  };

  function endCall(part: Open, start: CallStart, path: string): string {
    const given = writeArguments(start.kind, part.text);
    if (start.kind === 'custom') lossTracker.approximated(path, 'free text became the member `input` of an object');
    if (!given) {
      // It has begun already; clients are told by the status not to run it.
      lossTracker.dropped(path, 'the arguments of the call are no JSON object');
      broken = true;
    }
    const held = start.kind === 'custom' && given;
    const text = held ? piece({ type: 'arguments_delta', arguments: JSON.stringify(held) }) : '';
    return begun(part) + text + signed(part) + end();
  }

  function endAudio(part: Open, mediaType: string, path: string, expiresAt: number | undefined): string {
    const source = { kind: 'base64', mediaType, data: part.text } as const;
    const { transcript, signature } = part;
    return steps(writeAnswerPart({ type: 'audio', source, transcript, signature, expiresAt }, path, lossTracker));
  }

  return {
    start(event) {
      open = { start: event, begun: false, text: '', transcript: '', signature: undefined, citations: [] };
    },
    delta(event) {
      if (open?.start.part !== event.part) return '';
      if (event.type === 'audio-delta') {
        open.text += event.data;
        open.transcript += event.transcript;
        return '';
      }
      if ('logprobs' in event && event.logprobs)
        lossTracker.dropped(`${pathOf(event.part)}.logprobs`, 'the Interactions API gives no log probabilities');
      const { text } = event;
      if (text === '') return '';
      open.text += text;
      if (event.type === 'tool-call-arguments-delta' && isCustom(open.start)) return '';
      return begun(open) + piece(deltaOf(event.type, text));
    },
    cite(part, citation) {
      if (open?.start.part === part) open.citations.push(citation);
    },
    sign(part, signature) {
      if (open?.start.part === part) open.signature = signature;
    },
    close(part, expiresAt) {
      const ended = open;
      if (ended?.start.part !== part) return '';
      open = undefined;
      const { start } = ended;
      const path = pathOf(part);
      switch (start.type) {
        case 'text-start':
        case 'refusal-start':
          return endText(ended, path);
        case 'reasoning-start':
          return begun(ended) + signed(ended, start.redacted) + end();
        case 'tool-call-start':
          return endCall(ended, start, path);
        case 'audio-start':
          return endAudio(ended, start.mediaType, path, expiresAt);
      }
    },
    whole: (part, value) => steps(writeAnswerPart(value, pathOf(part), lossTracker)),
    get broken() {
      return broken;
    },
  };
}

const isCustom = (start: PartStart): boolean => start.type === 'tool-call-start' && start.kind === 'custom';

function stepOf(start: PartStart): JsonObject {
  switch (start.type) {
    case 'reasoning-start':
      return { type: 'thought' };
    case 'tool-call-start':
      return { type: 'function_call', id: start.callId, name: start.name, arguments: {} };
    default:
      return { type: 'model_output' };
  }
}

function deltaOf(type: PartDelta['type'], text: string): JsonObject {
  switch (type) {
    case 'tool-call-arguments-delta':
      return { type: 'arguments_delta', arguments: text };
    case 'reasoning-delta':
      return { type: 'thought_summary', content: { type: 'text', text } };
    default:
      return { type: 'text', text };
  }
}
