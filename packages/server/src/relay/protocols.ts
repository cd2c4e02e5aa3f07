import type { Egress, Ingress } from '@tollgate/wire/ir/codec';
import type { ProtocolId } from '@tollgate/wire/protocol';
import { anthropicEgress } from '@tollgate/wire/protocols/anthropic-messages/egress';
import { anthropicIngress } from '@tollgate/wire/protocols/anthropic-messages/ingress';
import { anthropicMessages } from '@tollgate/wire/protocols/anthropic-messages/protocol';
import { chatEgress } from '@tollgate/wire/protocols/openai-chat/egress';
import { chatIngress } from '@tollgate/wire/protocols/openai-chat/ingress';
import { geminiEgress } from '@tollgate/wire/protocols/gemini/egress';
import { geminiIngress } from '@tollgate/wire/protocols/gemini/ingress';
import { gemini } from '@tollgate/wire/protocols/gemini/protocol';
import { responsesEgress } from '@tollgate/wire/protocols/openai-responses/egress';
import { responsesIngress } from '@tollgate/wire/protocols/openai-responses/ingress';
import { openaiResponses } from '@tollgate/wire/protocols/openai-responses/protocol';
import { openaiChat } from '@tollgate/wire/protocols/openai-chat/protocol';
import type { ClientProtocol } from './journey.ts';

/**
 * What the relay knows of a protocol: how its own bytes are looked at and passed on (`lane`), and, once it has a codec,
 * how it is read into the canonical form and written from it.
 */
export type ProtocolKit = {
  readonly lane: ClientProtocol;
  readonly ingress?: Ingress;
  readonly egress?: Egress;
};

/** Every protocol that is spoken. Adding one is a line here and its codec in `wire`. */
export const protocols: ReadonlyMap<ProtocolId, ProtocolKit> = new Map<ProtocolId, ProtocolKit>([
  ['openai-chat', { lane: openaiChat, ingress: chatIngress, egress: chatEgress }],
  ['anthropic-messages', { lane: anthropicMessages, ingress: anthropicIngress, egress: anthropicEgress }],
  ['openai-responses', { lane: openaiResponses, ingress: responsesIngress, egress: responsesEgress }],
  ['gemini', { lane: gemini, ingress: geminiIngress, egress: geminiEgress }],
]);

/** Whether clients of one protocol can be served by upstreams of another, through the canonical form. */
export const canTranslate = (from: ProtocolId, to: ProtocolId): boolean =>
  protocols.get(from)?.ingress !== undefined && protocols.get(to)?.egress !== undefined;

/** The kit of a protocol that a candidate was planned with. */
export function kitOf(protocol: ProtocolId): ProtocolKit {
  const kit = protocols.get(protocol);
  if (!kit) throw new Error(`no kit for ${protocol}`);
  return kit;
}
