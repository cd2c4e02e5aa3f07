import type { Egress, Ingress, WriteContext } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import type { IrRequest } from '../../ir/request.ts';
import { readFrames } from '../../json/sse.ts';
import { objectAt, objectsAt } from '../../json/fields.ts';
import type { JsonObject, TextProtocolId } from '../../protocol.ts';
import { concatBytes, encodeText } from '../../text.ts';
import { anthropicEgress } from '../anthropic-messages/egress.ts';
import { anthropicIngress } from '../anthropic-messages/ingress.ts';
import { bedrockEgress } from '../bedrock-converse/egress.ts';
import { encodeFrame } from '../bedrock-converse/testing/frames.ts';
import { geminiEgress } from '../gemini/egress.ts';
import { geminiIngress } from '../gemini/ingress.ts';
import { interactionsEgress } from '../gemini-interactions/egress.ts';
import { interactionsIngress } from '../gemini-interactions/ingress.ts';
import { chatEgress } from '../openai-chat/egress.ts';
import { chatIngress } from '../openai-chat/ingress.ts';
import { responsesEgress } from '../openai-responses/egress.ts';
import { responsesIngress } from '../openai-responses/ingress.ts';

/** What a protocol's clients and upstreams are understood with. */
export type Codec = {
  readonly ingress: Ingress;
  readonly egress: Egress;
  /** The request by which a client goes on after a whole answer, everything in it given back. */
  continued(answer: JsonObject): JsonObject;
};

/** Every codec of both sides; the goldens and laws run for each ordered pair. A new protocol is a line here. */
export const codecs: ReadonlyMap<TextProtocolId, Codec> = new Map<TextProtocolId, Codec>([
  [
    'openai-chat',
    {
      ingress: chatIngress,
      egress: chatEgress,
      continued(answer) {
        const message = objectAt(objectsAt(answer, 'choices')[0] ?? {}, 'message') ?? {};
        const result = { role: 'tool', tool_call_id: 'call_1', content: 'noon' };
        return { model: 'm', messages: [{ role: 'user', content: 'Go' }, message, result] };
      },
    },
  ],
  [
    'openai-responses',
    {
      ingress: responsesIngress,
      egress: responsesEgress,
      continued(answer) {
        const result = { type: 'function_call_output', call_id: 'call_1', output: 'noon' };
        return { model: 'm', input: [{ role: 'user', content: 'Go' }, ...objectsAt(answer, 'output'), result] };
      },
    },
  ],
  [
    'anthropic-messages',
    {
      ingress: anthropicIngress,
      egress: anthropicEgress,
      continued(answer) {
        const message = { role: 'assistant', content: answer['content'] ?? [] };
        const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'noon' }] };
        return { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Go' }, message, result] };
      },
    },
  ],
  [
    'gemini',
    {
      ingress: geminiIngress,
      egress: geminiEgress,
      continued(answer) {
        const content = objectAt(objectsAt(answer, 'candidates')[0] ?? {}, 'content') ?? {};
        const response = { id: 'call_1', name: 'now', response: { output: 'noon' } };
        const result = { role: 'user', parts: [{ functionResponse: response }] };
        return { contents: [{ role: 'user', parts: [{ text: 'Go' }] }, content, result] };
      },
    },
  ],
  [
    'gemini-interactions',
    {
      ingress: interactionsIngress,
      egress: interactionsEgress,
      continued(answer) {
        const result = { type: 'function_result', call_id: 'call_1', name: 'now', result: 'noon' };
        const asked = { type: 'user_input', content: [{ type: 'text', text: 'Go' }] };
        return { model: 'm', input: [asked, ...objectsAt(answer, 'steps'), result] };
      },
    },
  ],
]);

/** Every protocol that upstreams are asked in; Bedrock's has no clients. */
export const upstreams: ReadonlyMap<TextProtocolId, Egress> = new Map<TextProtocolId, Egress>([
  ...[...codecs].map(([protocol, { egress }]) => [protocol, egress] as const),
  ['bedrock-converse', bedrockEgress],
]);

export function egressOf(protocol: TextProtocolId): Egress {
  const egress = upstreams.get(protocol);
  if (!egress) throw new Error(`no egress for ${protocol}`);
  return egress;
}

export function codecOf(protocol: TextProtocolId): Codec {
  const codec = codecs.get(protocol);
  if (!codec) throw new Error(`no codec for ${protocol}`);
  return codec;
}

/** A target model of each protocol, for requests. */
export const targetModels: Readonly<Record<TextProtocolId, string>> = {
  'openai-chat': 'mistral-large-latest',
  'openai-responses': 'gpt-5.1',
  'anthropic-messages': 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-pro',
  'gemini-interactions': 'gemini-3-pro',
  'bedrock-converse': 'anthropic.claude-sonnet-4-5',
};

/** The same for signatures: Chat has none of its own, but OpenRouter's details. */
export const signingModels = { ...targetModels, 'openai-chat': 'mistralai/mistral-large' } as const;

const emptyRequest: IrRequest = { by: 'openai-chat', model: 'model-asked', messages: [], stream: true };

/** What an answer is written with: everything fixed. */
export function contextFor(request: IrRequest = emptyRequest): WriteContext {
  return {
    requestId: 'req1',
    model: 'model-asked',
    created: 1_700_000_000,
    operation: 'chat',
    wantsUsage: true,
    inputEstimate: 7,
    request,
  };
}

/**
 * A stream as the upstream sends it. Fixtures are written as server-sent events, whatever the protocol's own framing, so
 * that they can be read.
 */
export function streamBytes(egress: Egress, text: string): Uint8Array {
  if (!egress.openFrames) return encodeText(text);
  const frames = readFrames();
  return concatBytes([...frames.push(encodeText(text)), ...frames.end()].map(encodeFrame));
}

/** The events of a stream, given as text. */
export function eventsOf(egress: Egress, text: string): readonly IrEvent[] {
  return eventsOfBytes(egress, [streamBytes(egress, text)]);
}

/** The events of a stream that arrives in these pieces. */
export function eventsOfBytes(egress: Egress, chunks: readonly Uint8Array[]): readonly IrEvent[] {
  const frames = egress.openFrames?.() ?? readFrames();
  const reader = egress.readEvents({ requestId: 'req1' });
  const events: IrEvent[] = [];
  for (const chunk of chunks) for (const frame of frames.push(chunk)) events.push(...reader.read(frame));
  for (const frame of frames.end()) events.push(...reader.read(frame));
  events.push(...reader.end());
  return events;
}
