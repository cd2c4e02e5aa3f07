import type { EventWriter, WriteContext } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { inOrder } from '../../ir/in-order.ts';
import { openLossTracker } from '../../ir/loss.ts';
import type { Citation, Signature, TokenLogprob } from '../../ir/part.ts';
import type { Finish } from '../../ir/response.ts';
import type { Usage } from '../../ir/usage.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { utf8Length } from '../../text.ts';
import { groundingOf, writeAnswerPart, writeFunctionCall, writeText } from './answer-parts.ts';
import { writeGeminiError } from './errors.ts';
import { openGrounding, type Grounding } from './grounding-write.ts';
import { writeLogprobs } from './logprobs.ts';
import { finishFields } from './response-write.ts';
import { writeGeminiUsage } from './usage.ts';

const own = 'gemini';

type Start = Extract<
  IrEvent,
  { type: 'text-start' | 'reasoning-start' | 'refusal-start' | 'tool-call-start' | 'audio-start' }
>;

/** The part that is open: texts go on at once, calls and audio wait until they are whole. */
type Open = {
  readonly start: Start;
  text: string;
  transcript: string;
  signature: Signature | undefined;
  readonly citations: Citation[];
};

type Choice = {
  readonly grounding: Grounding;
  /** Bytes of the texts that have ended; places are counted over all of them, as clients join them. */
  bytes: number;
  refused: boolean;
  broken: boolean;
  finish: Finish | undefined;
  /** What Google's own search told. */
  grounded: JsonObject | undefined;
};

/**
 * Writes a streamed answer: every frame is a `GenerateContentResponse`. Function calls go whole, never in pieces. The last
 * frame tells why each candidate ended and the usage; there is no terminator but, in a JSON array, the bracket.
 */
export function writeGeminiEvents(context: WriteContext): EventWriter {
  const lossTracker = openLossTracker();
  const order = inOrder();
  const isArray = context.framing === 'json-array';
  const choices = new Map<number, Choice>();
  const opened = new Map<number, Open>();
  let begun = false;
  let usage: Usage | undefined;

  function frame(json: string): string {
    const first = !begun;
    begun = true;
    return isArray ? `${first ? '[' : ',\r\n'}${json}` : `data: ${json}\n\n`;
  }

  // What all pieces end with is rendered once.
  const ending = JSON.stringify({ modelVersion: context.model, responseId: context.requestId }).slice(1);

  function piece(choice: number, part: JsonObject, logprobs?: readonly TokenLogprob[]): string {
    const content = `{"role":"model","parts":[${JSON.stringify(part)}]}`;
    const told = logprobs ? `,"logprobsResult":${JSON.stringify(writeLogprobs(logprobs))}` : '';
    return frame(`{"candidates":[{"content":${content},"index":${choice}${told}}],${ending}`);
  }

  function choiceAt(index: number): Choice {
    let choice = choices.get(index);
    if (!choice) {
      choice = {
        grounding: openGrounding(),
        bytes: 0,
        refused: false,
        broken: false,
        finish: undefined,
        grounded: undefined,
      };
      choices.set(index, choice);
    }
    return choice;
  }

  function endText(open: Open): string {
    const { start, text, signature } = open;
    const choice = choiceAt(start.choice);
    for (const citation of open.citations)
      if (!choice.grounding.add(citation, text, 0, choice.bytes))
        lossTracker.dropped(
          `choices[${start.choice}].parts[${start.part}].citations`,
          'some cite what Google has no word for',
        );
    const thought = start.type === 'reasoning-start';
    if (!thought) choice.bytes += utf8Length(text);
    const redacted = start.type === 'reasoning-start' && start.redacted;
    return signature ? piece(start.choice, writeText('', thought, signature, redacted)) : '';
  }

  function endCall(open: Open): string {
    const { start, text, signature } = open;
    if (start.type !== 'tool-call-start') return '';
    const { callId, name, kind } = start;
    const path = `choices[${start.choice}].parts[${start.part}]`;
    const part = writeFunctionCall({ callId, name, kind, arguments: text }, signature, path, lossTracker);
    if (part) return piece(start.choice, part);
    choiceAt(start.choice).broken = true;
    return '';
  }

  function endAudio(open: Open, expiresAt: number | undefined): string {
    const { start, text, transcript, signature } = open;
    if (start.type !== 'audio-start') return '';
    const path = `choices[${start.choice}].parts[${start.part}]`;
    const source = { kind: 'base64', mediaType: start.mediaType, data: text } as const;
    const part = writeAnswerPart({ type: 'audio', source, transcript, expiresAt, signature }, path, lossTracker);
    return part ? piece(start.choice, part) : '';
  }

  function end(event: Extract<IrEvent, { part: number }>): string {
    const open = opened.get(event.part);
    opened.delete(event.part);
    if (!open) return '';
    if (event.type === 'tool-call-end') return endCall(open);
    return event.type === 'audio-end' ? endAudio(open, event.expiresAt) : endText(open);
  }

  function last(): string {
    const candidates = [...choices].map(([index, choice]) =>
      compact({
        // Google's own client forgets the whole turn when a frame has a candidate without any part.
        content: { role: 'model', parts: [{ text: '' }] },
        ...finishFields(choice.finish, choice.refused, choice.broken),
        index,
        groundingMetadata: choice.grounded ?? choice.grounding.value,
      }),
    );
    const told = JSON.stringify(compact({ candidates, usageMetadata: usage && writeGeminiUsage(usage) }));
    const text = frame(`${told.slice(0, -1)},${ending}`);
    return isArray ? `${text}\n]` : text;
  }

  function one(event: IrEvent): string {
    switch (event.type) {
      case 'response-start':
        lossTracker.extensions('', event.extensions, own);
        usage ??= event.usage;
        return '';
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
      case 'tool-call-start':
      case 'audio-start': {
        const choice = choiceAt(event.choice);
        if (event.type === 'refusal-start') choice.refused = true;
        lossTracker.extensions(`choices[${event.choice}].parts[${event.part}]`, event.extensions, own);
        opened.set(event.part, { start: event, text: '', transcript: '', signature: undefined, citations: [] });
        return '';
      }
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta': {
        const open = opened.get(event.part);
        if (!open) return '';
        open.text += event.text;
        const logprobs = event.type === 'reasoning-delta' ? undefined : event.logprobs;
        if (event.text === '' && !logprobs) return '';
        return piece(open.start.choice, writeText(event.text, event.type === 'reasoning-delta'), logprobs);
      }
      case 'tool-call-arguments-delta': {
        const open = opened.get(event.part);
        if (open) open.text += event.text;
        return '';
      }
      case 'audio-delta': {
        const open = opened.get(event.part);
        if (open) {
          open.text += event.data;
          open.transcript += event.transcript;
        }
        return '';
      }
      case 'citation':
        opened.get(event.part)?.citations.push(event.citation);
        return '';
      case 'signature': {
        const open = opened.get(event.part);
        if (open) open.signature = event.signature;
        return '';
      }
      case 'text-end':
      case 'refusal-end':
      case 'reasoning-end':
      case 'tool-call-end':
      case 'audio-end':
        return end(event);
      case 'part': {
        const choice = choiceAt(event.choice);
        choice.grounded = groundingOf(event.value) ?? choice.grounded;
        const part = writeAnswerPart(event.value, `choices[${event.choice}].parts[${event.part}]`, lossTracker);
        return part ? piece(event.choice, part) : '';
      }
      case 'usage':
        usage = event.usage;
        return '';
      case 'served':
        return '';
      case 'finish':
        choiceAt(event.choice).finish = event.finish;
        return '';
      case 'response-end':
        return last();
      // Told by `fail`, in the gateway's words.
      case 'error':
        return '';
    }
  }

  return {
    write(event) {
      let text = '';
      for (const next of order(event)) text += one(next);
      return text;
    },
    fail(words) {
      const text = frame(JSON.stringify(writeGeminiError(words, context.requestId)));
      return isArray ? `${text}\n]` : text;
    },
    get losses() {
      return lossTracker.losses;
    },
  };
}
