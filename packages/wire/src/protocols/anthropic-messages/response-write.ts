import type { WriteContext } from '../../ir/codec.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import { urlOfSource } from '../../ir/media.ts';
import type { Part, ReasoningPart } from '../../ir/part.ts';
import type { Finish, IrResponse } from '../../ir/response.ts';
import { wrapSignature } from '../../ir/signature.ts';
import { inputTokens, type Usage } from '../../ir/usage.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { toolId, toolInput } from './blocks-write.ts';
import { writeCitation } from './citations.ts';
import { writeStop } from './finish.ts';
import { writeMessagesUsage } from './usage.ts';

const own = 'anthropic-messages';

/** Writes a whole message. */
export function writeMessage(response: IrResponse, context: WriteContext): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const [first, ...others] = response.choices;
  if (others.length > 0) lossTracker.dropped('choices', 'Anthropic gives one answer');
  const content: JsonObject[] = [];
  for (const [i, part] of (first?.parts ?? []).entries()) {
    const block = writeAnswerBlock(part, `choices[0].parts[${i}]`, lossTracker);
    if (block) content.push(block);
  }
  const refused = first?.parts.some((part) => part.type === 'refusal') ?? false;
  lossTracker.extensions('', response.extensions, own);
  const value = {
    ...messageHead(context),
    content,
    ...stopFields(first?.finish, refused),
    usage: compact({
      ...writeMessagesUsage(response.usage ?? {}),
      service_tier: response.serviceTier === 'priority' ? 'priority' : 'standard',
    }),
  };
  return { value, losses: lossTracker.losses };
}

/** What a message begins with. */
export function messageHead(context: WriteContext): JsonObject {
  return { id: `msg_${context.requestId}`, type: 'message', role: 'assistant', model: context.model };
}

/**
 * `stop_reason` and `stop_sequence`; a refusal told in text ends in `refusal`, as Anthropic's own does. Why, where words for
 * it came.
 */
export function stopFields(finish: Finish | undefined, refused: boolean): JsonObject {
  const { stop_reason, stop_sequence } = writeStop(finish);
  const word = refused && stop_reason === 'end_turn' ? 'refusal' : stop_reason;
  if (word !== 'refusal' || finish?.detail === undefined) return { stop_reason: word, stop_sequence };
  const stop_details = { type: 'refusal', category: null, explanation: finish.detail };
  return { stop_reason: word, stop_sequence, stop_details };
}

/** The first event's usage: what is known of the input, the estimate where nothing is. */
export function openingUsage(usage: Usage | undefined, inputEstimate: number): JsonObject {
  const known = usage && inputTokens(usage) > 0 ? usage : { inputText: inputEstimate };
  return { ...writeMessagesUsage({ ...known, outputText: 0 }), output_tokens: 0 };
}

/** A thought for a client, with whoever's signature. */
export function writeReasoning(part: ReasoningPart): JsonObject {
  if (part.redacted && part.signature) return { type: 'redacted_thinking', data: wrapSignature(part.signature, own) };
  return {
    type: 'thinking',
    thinking: part.text,
    signature: part.signature ? wrapSignature(part.signature, own) : '',
  };
}

/** A part as a content block of an answer, or undefined when it cannot be said; then the loss is noted. */
export function writeAnswerBlock(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  lossTracker.extensions(path, part.extensions, own);
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  if (part.signature && part.type !== 'reasoning')
    lossTracker.dropped(`${path}.signature`, 'Anthropic signs only reasoning');
  switch (part.type) {
    case 'text': {
      if (part.logprobs) lossTracker.dropped(`${path}.logprobs`, 'Anthropic gives no log probabilities');
      const citations = part.citations?.map(writeCitation).filter((citation) => citation !== undefined);
      if (part.citations && citations && citations.length < part.citations.length)
        lossTracker.dropped(`${path}.citations`, 'some cite what Anthropic has no word for');
      return compact({
        type: 'text',
        text: part.text,
        citations: citations && citations.length > 0 ? citations : undefined,
      });
    }
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'reasoning':
      return writeReasoning(part);
    case 'tool-call':
      return compact({
        type: 'tool_use',
        id: toolId(part.callId),
        name: part.name,
        input: toolInput(part.kind, part.arguments, path, lossTracker),
        ...extra,
      });
    default:
      return writeWhole(part, path, lossTracker);
  }
}

/** Parts that other protocols' models put out and Anthropic's do not. */
function writeWhole(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  switch (part.type) {
    case 'image': {
      const url = urlOfSource(part.source);
      if (url === undefined) break;
      lossTracker.approximated(path, 'the image became a Markdown image in the text');
      return { type: 'text', text: `![image](${url})` };
    }
    case 'audio':
      if (part.transcript === undefined || part.transcript === '') break;
      lossTracker.approximated(path, 'audio became its transcript');
      return { type: 'text', text: part.transcript };
    case 'hosted-call':
    case 'hosted-result':
      if (part.raw.by === own) return part.raw.value as JsonObject;
      break;
    case 'foreign':
      if (part.foreign.by === own) return part.foreign.value as JsonObject;
      break;
    default:
  }
  lossTracker.dropped(path, `Anthropic has no block for ${part.type}`);
  return undefined;
}
