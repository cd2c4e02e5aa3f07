import type { EventWriter, WriteContext } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { openLossTracker } from '../../ir/loss.ts';
import type { Citation, TokenLogprob } from '../../ir/part.ts';
import type { Usage } from '../../ir/usage.ts';
import { compact } from '../../json/fields.ts';
import type { ErrorWords, Json, JsonObject } from '../../protocol.ts';
import { writeChatError } from './errors.ts';
import { writeFinish } from './finish.ts';
import { writeLogprobs } from './logprobs.ts';
import { EMPTY_CHECK, extendCheck, writeDetail, writeThoughtSignature } from './reasoning.ts';
import { answerHead, writeAnnotation, writeImage } from './response-write.ts';
import { writeChatUsage } from './usage-write.ts';

const own = 'openai-chat';

/** What is remembered of a part that is open. */
type Open = {
  readonly choice: number;
  readonly kind: IrEvent['type'];
  /** Position of the call among its choice's. */
  readonly index: number;
  /** Where the part begins in its choice's text. */
  readonly from: number;
  readonly custom: boolean;
  readonly redacted: boolean;
  /** Of a thought's text so far; its signature is carried with it. */
  check: number;
  citations: Citation[] | undefined;
};
type Choice = { begun: boolean; calls: number; reasoningParts: number; images: number; text: number };

/**
 * Writes a streamed chat completion: the role once a choice, tool calls numbered from 0 with their head once, the usage
 * chunk only for a client that asked, `[DONE]`. Legacy completions are streamed as text.
 */
export function writeChunks(context: WriteContext): EventWriter {
  const lossTracker = openLossTracker();
  const legacy = context.operation === 'completions';
  // Everything that is the same in all chunks is rendered once.
  const head = `data: ${JSON.stringify(answerHead(context, true)).slice(0, -1)},"choices":[`;
  const tail = context.wantsUsage ? '],"usage":null}\n\n' : ']}\n\n';
  const choices = new Map<number, Choice>();
  const parts = new Map<number, Open>();
  let usage: Usage | undefined;

  function chunk(choice: number, delta: string, logprobs: string, finish: string): string {
    return `${head}{"index":${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":${finish}}${tail}`;
  }

  function choiceAt(index: number): Choice {
    let choice = choices.get(index);
    if (!choice) {
      choice = { begun: false, calls: 0, reasoningParts: 0, images: 0, text: 0 };
      choices.set(index, choice);
    }
    return choice;
  }

  /** The delta, with the role where it is the choice's first. */
  function delta(index: number, members: JsonObject, logprobs?: JsonObject): string {
    if (legacy) return '';
    const choice = choiceAt(index);
    let opening = '';
    if (!choice.begun) {
      choice.begun = true;
      const content = 'content' in members ? '' : null;
      opening = chunk(index, JSON.stringify({ role: 'assistant', content, refusal: null }), 'null', 'null');
    }
    return opening + chunk(index, JSON.stringify(members), logprobs ? JSON.stringify(logprobs) : 'null', 'null');
  }

  function text(part: Open, content: string, logprobs: readonly TokenLogprob[] | undefined): string {
    choiceAt(part.choice).text += content.length;
    if (legacy) {
      const piece = JSON.stringify({ text: content, index: part.choice, logprobs: null, finish_reason: null });
      return head + piece + tail;
    }
    return delta(part.choice, { content }, logprobs && { content: writeLogprobs(logprobs), refusal: null });
  }

  function open(event: Extract<IrEvent, { part: number; choice: number }>): Open {
    const choice = choiceAt(event.choice);
    const isCall = event.type === 'tool-call-start';
    const isReasoning = event.type === 'reasoning-start';
    const part: Open = {
      choice: event.choice,
      kind: event.type,
      index: isCall ? choice.calls++ : isReasoning ? choice.reasoningParts++ : 0,
      from: choice.text,
      custom: isCall && event.kind === 'custom',
      redacted: isReasoning && event.redacted === true,
      check: EMPTY_CHECK,
      citations: undefined,
    };
    parts.set(event.part, part);
    return part;
  }

  function whole(event: Extract<IrEvent, { type: 'part' }>): string {
    const { value } = event;
    const choice = choiceAt(event.choice);
    const image = writeImage(value);
    if (image) return delta(event.choice, { images: [{ ...image, index: choice.images++ }] });
    if (value.type === 'audio' && value.source.kind === 'base64') {
      const { id, source, transcript, expiresAt } = value;
      return delta(event.choice, {
        audio: { id: id ?? 'audio_0', data: source.data, transcript: transcript ?? '', expires_at: expiresAt ?? 0 },
      });
    }
    lossTracker.dropped(`choices[${event.choice}].parts[${event.part}]`, `Chat has no word for ${value.type}`);
    return '';
  }

  function startCall(event: Extract<IrEvent, { type: 'tool-call-start' }>): string {
    const { index } = open(event);
    const { callId: id, name } = event;
    const call =
      event.kind === 'custom'
        ? { index, id, type: 'custom', custom: { name, input: '' } }
        : { index, id, type: 'function', function: { name, arguments: '' } };
    return delta(event.choice, { tool_calls: [call] });
  }

  function signature(event: Extract<IrEvent, { type: 'signature' }>, part: Open): string {
    if (part.kind === 'reasoning-start')
      return delta(part.choice, { reasoning_details: [writeDetail(part, event.signature, part.index, part.check)] });
    const extra_content = part.kind === 'tool-call-start' ? writeThoughtSignature(event.signature) : undefined;
    // Vercel's AI SDK throws at a piece of a call that has no `function`.
    if (extra_content)
      return delta(part.choice, { tool_calls: [{ index: part.index, function: { arguments: '' }, extra_content }] });
    lossTracker.dropped(`choices[${part.choice}].parts[${event.part}].signature`, 'Chat has no place for it');
    return '';
  }

  /** Citations are told when their text is over, because their place in it is only known then. */
  function annotations(part: Open): string {
    if (!part.citations) return '';
    const end = choiceAt(part.choice).text;
    const written: Json[] = [];
    for (const citation of part.citations) {
      const annotation = writeAnnotation(citation, part.from, end);
      if (annotation) written.push(annotation);
      else lossTracker.dropped('citations', 'Chat cites only pages');
    }
    return written.length > 0 ? delta(part.choice, { annotations: written }) : '';
  }

  function inner(event: Exclude<Extract<IrEvent, { part: number }>, { choice: number }>, part: Open): string {
    switch (event.type) {
      case 'text-delta':
        return text(part, event.text, event.logprobs);
      case 'reasoning-delta':
        part.check = extendCheck(part.check, event.text);
        return delta(part.choice, { reasoning_content: event.text });
      case 'refusal-delta':
        return delta(
          part.choice,
          { refusal: event.text },
          event.logprobs && { content: null, refusal: writeLogprobs(event.logprobs) },
        );
      case 'tool-call-arguments-delta': {
        const { index } = part;
        const call = part.custom
          ? { index, custom: { input: event.text } }
          : { index, function: { arguments: event.text } };
        return delta(part.choice, { tool_calls: [call] });
      }
      case 'audio-delta':
        return delta(part.choice, {
          audio: compact({
            data: event.data === '' ? undefined : event.data,
            transcript: event.transcript === '' ? undefined : event.transcript,
          }),
        });
      case 'audio-end':
        parts.delete(event.part);
        return event.expiresAt === undefined ? '' : delta(part.choice, { audio: { expires_at: event.expiresAt } });
      case 'citation':
        (part.citations ??= []).push(event.citation);
        return '';
      case 'signature':
        return signature(event, part);
      case 'text-end':
        parts.delete(event.part);
        return annotations(part);
      case 'reasoning-end':
      case 'refusal-end':
      case 'tool-call-end':
        parts.delete(event.part);
        return '';
    }
  }

  function finish(index: number, word: string | null): string {
    const said = JSON.stringify(word);
    if (legacy) return `${head}{"text":"","index":${index},"logprobs":null,"finish_reason":${said}}${tail}`;
    const choice = choiceAt(index);
    const opening = choice.begun ? '' : delta(index, { content: '' });
    return opening + chunk(index, '{}', 'null', said);
  }

  return {
    write(event) {
      switch (event.type) {
        case 'response-start':
          lossTracker.extensions('', event.extensions, own);
          return '';
        case 'tool-call-start':
          return startCall(event);
        case 'text-start':
        case 'reasoning-start':
        case 'refusal-start':
          open(event);
          return '';
        case 'audio-start':
          open(event);
          return delta(event.choice, { audio: { id: event.id ?? `audio_${event.part}` } });
        case 'part':
          return whole(event);
        case 'usage':
          usage = event.usage;
          return '';
        case 'served':
          return '';
        case 'finish':
          return finish(event.choice, writeFinish(event.finish));
        case 'response-end': {
          const report =
            context.wantsUsage && usage ? `${head}],"usage":${JSON.stringify(writeChatUsage(usage))}}\n\n` : '';
          return `${report}data: [DONE]\n\n`;
        }
        // Told by `fail`, in the gateway's words.
        case 'error':
          return '';
        default: {
          const part = parts.get(event.part);
          return part ? inner(event, part) : '';
        }
      }
    },
    fail: (words: ErrorWords) => `data: ${JSON.stringify(writeChatError(words, context.requestId))}\n\n`,
    get losses() {
      return lossTracker.losses;
    },
  };
}
