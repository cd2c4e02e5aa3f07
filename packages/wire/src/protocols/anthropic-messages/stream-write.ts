import type { EventWriter, WriteContext } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { inOrder } from '../../ir/in-order.ts';
import { firstChoice } from '../../ir/first-choice.ts';
import { openLossTracker } from '../../ir/loss.ts';
import type { Signature } from '../../ir/part.ts';
import { wrapSignature } from '../../ir/signature.ts';
import type { Usage } from '../../ir/usage.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { toolId } from './blocks-write.ts';
import { writeCitation } from './citations.ts';
import { writeMessagesErrorFrame } from './errors.ts';
import { messageHead, openingUsage, stopFields, writeAnswerBlock } from './response-write.ts';
import { writeMessagesUsage } from './usage.ts';

const own = 'anthropic-messages';

/**
 * Writes a streamed message: `message_start`, `ping`, blocks one after the other with indexes without gaps,
 * `message_delta` once with the final usage, `message_stop`.
 * https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function writeMessageEvents(context: WriteContext): EventWriter {
  const lossTracker = openLossTracker();
  const order = inOrder();
  let index = -1;
  let begun = false;
  let refused = false;
  /** The part that is open is thinking whose start waits for its signature. */
  let redacted: { signature: Signature | undefined } | undefined;
  /** The open part takes free text, and its input must become JSON. */
  let custom = false;
  let stopped: JsonObject | undefined;
  let usage: Usage | undefined;
  const isFirst = firstChoice(() => lossTracker.dropped('choices', 'Anthropic gives one answer'));

  function begin(known: Usage | undefined): string {
    if (begun) return '';
    begun = true;
    const message = {
      ...messageHead(context),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: openingUsage(known, context.inputEstimate),
    };
    return frame('message_start', { message }) + frame('ping', {});
  }

  function start(content_block: JsonObject): string {
    index++;
    return frame('content_block_start', { index, content_block });
  }

  function delta(inner: JsonObject): string {
    // The many; written without an object around it.
    const data = `{"type":"content_block_delta","index":${index},"delta":${JSON.stringify(inner)}}`;
    return `event: content_block_delta\ndata: ${data}\n\n`;
  }

  function stop(): string {
    return frame('content_block_stop', { index });
  }

  function block(content: JsonObject | undefined, initial: JsonObject, inner: JsonObject): string {
    return content ? start(initial) + delta(inner) + stop() : '';
  }

  function writePart(event: Extract<IrEvent, { type: 'part' }>): string {
    const content = writeAnswerBlock(event.value, `choices[0].parts[${event.part}]`, lossTracker);
    if (!content) return '';
    if (content['type'] === 'text')
      return block(content, { type: 'text', text: '' }, { type: 'text_delta', text: content['text'] ?? '' });
    if (content['type'] === 'server_tool_use' || content['type'] === 'mcp_tool_use')
      return block(
        content,
        { ...content, input: {} },
        { type: 'input_json_delta', partial_json: JSON.stringify(content['input'] ?? {}) },
      );
    return start(content) + stop();
  }

  function one(event: IrEvent): string {
    switch (event.type) {
      case 'response-start':
        lossTracker.extensions('', event.extensions, own);
        return begin(event.usage);
      case 'text-start':
        return start({ type: 'text', text: '' });
      case 'text-delta':
        if (event.logprobs) lossTracker.dropped('logprobs', 'Anthropic gives no log probabilities');
        return delta({ type: 'text_delta', text: event.text });
      case 'refusal-start':
        refused = true;
        return start({ type: 'text', text: '' });
      case 'refusal-delta':
        return delta({ type: 'text_delta', text: event.text });
      case 'citation': {
        const citation = writeCitation(event.citation);
        if (citation) return delta({ type: 'citations_delta', citation });
        lossTracker.dropped(`choices[0].parts[${event.part}].citations`, 'Anthropic has no word for what it cites');
        return '';
      }
      case 'reasoning-start':
        if (event.redacted) {
          redacted = { signature: undefined };
          return '';
        }
        return start({ type: 'thinking', thinking: '', signature: '' });
      case 'reasoning-delta':
        return redacted ? '' : delta({ type: 'thinking_delta', thinking: event.text });
      case 'reasoning-end': {
        const held = redacted;
        redacted = undefined;
        if (!held) return stop();
        if (!held.signature) return '';
        return start({ type: 'redacted_thinking', data: wrapSignature(held.signature, own) }) + stop();
      }
      case 'tool-call-start':
        custom = event.kind === 'custom';
        lossTracker.extensions(`choices[0].parts[${event.part}]`, event.extensions, own);
        return (
          start(
            compact({
              type: 'tool_use',
              id: toolId(event.callId),
              name: event.name,
              input: {},
              ...(event.extensions?.by === own ? event.extensions.fields : undefined),
            }),
          ) + (custom ? delta({ type: 'input_json_delta', partial_json: '{"input":"' }) : '')
        );
      case 'tool-call-arguments-delta':
        return delta({
          type: 'input_json_delta',
          partial_json: custom ? JSON.stringify(event.text).slice(1, -1) : event.text,
        });
      case 'tool-call-end': {
        const close = custom ? delta({ type: 'input_json_delta', partial_json: '"}' }) : '';
        custom = false;
        return close + stop();
      }
      case 'signature':
        if (redacted) {
          redacted.signature = event.signature;
          return '';
        }
        return signed(event);
      case 'text-end':
      case 'refusal-end':
        return stop();
      case 'audio-start':
        lossTracker.approximated(`choices[0].parts[${event.part}]`, 'audio became its transcript');
        return start({ type: 'text', text: '' });
      case 'audio-delta':
        return event.transcript === '' ? '' : delta({ type: 'text_delta', text: event.transcript });
      case 'audio-end':
        return stop();
      case 'part':
        return writePart(event);
      case 'usage':
        usage = event.usage;
        return '';
      case 'served':
        return '';
      case 'finish':
        stopped = stopFields(event.finish, refused);
        return '';
      case 'response-end':
        return (
          frame('message_delta', {
            delta: stopped ?? stopFields(undefined, refused),
            usage: usage ? writeMessagesUsage(usage) : openingUsage(undefined, context.inputEstimate),
          }) + frame('message_stop', {})
        );
      // Told by `fail`, in the gateway's words.
      case 'error':
        return '';
    }
  }

  let thinking = -1;
  function signed(event: Extract<IrEvent, { type: 'signature' }>): string {
    if (event.part === thinking)
      return delta({ type: 'signature_delta', signature: wrapSignature(event.signature, own) });
    lossTracker.dropped(`choices[0].parts[${event.part}].signature`, 'Anthropic signs only reasoning');
    return '';
  }

  return {
    write(event) {
      if (!isFirst(event)) return '';
      let text = event.type === 'response-start' ? '' : begin(undefined);
      for (const next of order(event)) {
        if (next.type === 'reasoning-start') thinking = next.part;
        text += one(next);
      }
      return text;
    },
    fail: (words) => writeMessagesErrorFrame(words, context.requestId),
    get losses() {
      return lossTracker.losses;
    },
  };
}

function frame(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
