import type { Egress, Ingress } from '@tollgate/wire/ir/codec';
import type { Counting } from '@tollgate/wire/ir/counting';
import type { ProtocolId } from '@tollgate/wire/protocol';
import { messagesCounting } from '@tollgate/wire/protocols/anthropic-messages/counting';
import { anthropicEgress } from '@tollgate/wire/protocols/anthropic-messages/egress';
import { anthropicIngress } from '@tollgate/wire/protocols/anthropic-messages/ingress';
import { anthropicMessages } from '@tollgate/wire/protocols/anthropic-messages/protocol';
import { bedrockEgress } from '@tollgate/wire/protocols/bedrock-converse/egress';
import { chatEgress } from '@tollgate/wire/protocols/openai-chat/egress';
import { chatIngress } from '@tollgate/wire/protocols/openai-chat/ingress';
import { geminiCounting } from '@tollgate/wire/protocols/gemini/counting';
import { geminiEgress } from '@tollgate/wire/protocols/gemini/egress';
import { geminiIngress } from '@tollgate/wire/protocols/gemini/ingress';
import { gemini } from '@tollgate/wire/protocols/gemini/protocol';
import { responsesCounting } from '@tollgate/wire/protocols/openai-responses/counting';
import { responsesEgress } from '@tollgate/wire/protocols/openai-responses/egress';
import { responsesIngress } from '@tollgate/wire/protocols/openai-responses/ingress';
import { openaiResponses } from '@tollgate/wire/protocols/openai-responses/protocol';
import { openaiChat } from '@tollgate/wire/protocols/openai-chat/protocol';
import type { Candidate, ClientProtocol } from '../request-context.ts';

/**
 * What the relay knows of a protocol. `passthrough`: how its own bytes are looked at and passed on; `ingress`: how its clients
 * are read into the canonical form and answered from it; `egress`: how its upstreams are. A protocol that no client
 * speaks has only the last.
 */
export type ProtocolKit = {
  readonly passthrough?: ClientProtocol;
  readonly ingress?: Ingress;
  readonly egress?: Egress;
  /** Where it has an endpoint that counts tokens. */
  readonly counting?: Counting;
};

/** Every protocol that is spoken. Adding one is a line here and its codec in `wire`. */
export const protocols: ReadonlyMap<ProtocolId, ProtocolKit> = new Map<ProtocolId, ProtocolKit>([
  ['openai-chat', { passthrough: openaiChat, ingress: chatIngress, egress: chatEgress }],
  [
    'anthropic-messages',
    { passthrough: anthropicMessages, ingress: anthropicIngress, egress: anthropicEgress, counting: messagesCounting },
  ],
  [
    'openai-responses',
    { passthrough: openaiResponses, ingress: responsesIngress, egress: responsesEgress, counting: responsesCounting },
  ],
  ['gemini', { passthrough: gemini, ingress: geminiIngress, egress: geminiEgress, counting: geminiCounting }],
  ['bedrock-converse', { egress: bedrockEgress }],
]);

/** Whether clients of one protocol can be served by upstreams of another, through the canonical form. */
export const canTranslate = (from: ProtocolId, to: ProtocolId): boolean =>
  protocols.get(from)?.ingress !== undefined && protocols.get(to)?.egress !== undefined;

const missing = (protocol: ProtocolId, what: string): Error => new Error(`${protocol} has no ${what}`);

/** How a protocol's bytes pass; of a client's protocol, or of a candidate planned for the same passthrough. */
export function passthroughOf(protocol: ProtocolId): ClientProtocol {
  const passthrough = protocols.get(protocol)?.passthrough;
  if (!passthrough) throw missing(protocol, 'passthrough');
  return passthrough;
}

/** How clients of a protocol are read and answered, on the translating passthrough. */
export function ingressOf(protocol: ProtocolId): Ingress {
  const ingress = protocols.get(protocol)?.ingress;
  if (!ingress) throw missing(protocol, 'ingress');
  return ingress;
}

/** How a protocol counts tokens; of one that has an endpoint for it. */
export function countingOf(protocol: ProtocolId): Counting {
  const counting = protocols.get(protocol)?.counting;
  if (!counting) throw missing(protocol, 'counting');
  return counting;
}

/** Who reads the refusals of a candidate's upstream. */
export const readerOf = ({ mode, dialect }: Pick<Candidate, 'mode' | 'dialect'>): Pick<Egress, 'readError'> =>
  mode === 'passthrough' ? passthroughOf(dialect.protocol) : egressOf(dialect.protocol);

/** How a candidate's upstream is asked and read, on the translating passthrough. */
export function egressOf(protocol: ProtocolId): Egress {
  const egress = protocols.get(protocol)?.egress;
  if (!egress) throw missing(protocol, 'egress');
  return egress;
}
