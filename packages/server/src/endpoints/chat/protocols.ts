import type { Egress, Ingress } from '@tollgate/wire/ir/codec';
import type { Counting } from '@tollgate/wire/ir/counting';
import type { CountTokens } from '@tollgate/wire/ir/output-meter';
import type { Reasoning } from '@tollgate/wire/ir/request';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type {
  ErrorWords,
  Invalid,
  JsonObject,
  Operation,
  ProtocolId,
  RequestSummary,
  ResponseFacts,
  StreamProbe,
  UpstreamFailure,
} from '@tollgate/wire/protocol';
import { messagesCounting } from '@tollgate/wire/protocols/anthropic-messages/counting';
import { anthropicEgress } from '@tollgate/wire/protocols/anthropic-messages/egress';
import { anthropicIngress } from '@tollgate/wire/protocols/anthropic-messages/ingress';
import { anthropicMessages } from '@tollgate/wire/protocols/anthropic-messages/protocol';
import { bedrockEgress } from '@tollgate/wire/protocols/bedrock-converse/egress';
import { cozeEgress } from '@tollgate/wire/protocols/coze/egress';
import { difyEgress } from '@tollgate/wire/protocols/dify/egress';
import { chatEgress } from '@tollgate/wire/protocols/openai-chat/egress';
import { chatIngress } from '@tollgate/wire/protocols/openai-chat/ingress';
import { geminiCounting } from '@tollgate/wire/protocols/gemini/counting';
import { geminiEgress } from '@tollgate/wire/protocols/gemini/egress';
import { geminiIngress } from '@tollgate/wire/protocols/gemini/ingress';
import { gemini } from '@tollgate/wire/protocols/gemini/protocol';
import { interactionsEgress } from '@tollgate/wire/protocols/gemini-interactions/egress';
import { interactionsIngress } from '@tollgate/wire/protocols/gemini-interactions/ingress';
import { geminiInteractions } from '@tollgate/wire/protocols/gemini-interactions/protocol';
import { readInteractionsUsage } from '@tollgate/wire/protocols/gemini-interactions/usage';
import { responsesCounting } from '@tollgate/wire/protocols/openai-responses/counting';
import { responsesEgress } from '@tollgate/wire/protocols/openai-responses/egress';
import { responsesIngress } from '@tollgate/wire/protocols/openai-responses/ingress';
import { openaiResponses } from '@tollgate/wire/protocols/openai-responses/protocol';
import { openaiChat } from '@tollgate/wire/protocols/openai-chat/protocol';
import { isImplausible } from '@tollgate/wire/protocols/implausible';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { readResponsesUsage } from '@tollgate/wire/protocols/openai-responses/usage';
import { readMessagesUsage } from '@tollgate/wire/protocols/anthropic-messages/usage';
import { readGeminiUsage } from '@tollgate/wire/protocols/gemini/usage';
import { readConverseUsage } from '@tollgate/wire/protocols/bedrock-converse/usage';
import type { InspectLimits } from '../../relay/call.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';

/** A provider's own reading of its usage object, where it deviates from the protocol's. */
type UsageReader = (raw: Readonly<Record<string, unknown>>) => Usage | undefined;

/** How a client protocol's own bytes are inspected, edited and watched; `wire` has one such object for each. */
export type ClientProtocol = {
  readonly id: ProtocolId;
  /** See `EndpointFacts`. */
  readonly idHeader?: string;
  /** Its providers keep answers: by which field a request goes on from one, and what they call it. */
  readonly keeps?: { readonly previous: string; readonly kind: string };
  inspect(
    operation: Operation,
    json: unknown,
    limits: InspectLimits,
    path?: { readonly model?: string | undefined; readonly stream?: boolean | undefined },
  ): RequestSummary | Invalid;
  /** Whether the conversation was with another protocol's model before, so that this one would refuse it as it is. */
  hasForeignReasoning(json: JsonObject, model: ModelTraits): boolean;
  /** Whether there are tools of free text among those offered; absent: the protocol knows none. */
  offersFreeText?(json: JsonObject): boolean;
  withModel(json: JsonObject, model: string): JsonObject;
  withStreamUsage(json: JsonObject): JsonObject;
  /** The body asking for so much reasoning, unless its client said something of it. */
  withReasoning(json: JsonObject, reasoning: Reasoning, model: ModelTraits): JsonObject;
  /** The body without reasoning that another protocol's upstream signed; its own would refuse it. */
  withoutForeignSignatures(json: JsonObject, model: ModelTraits): JsonObject;
  probe(options: {
    readonly hideUsage: boolean;
    readonly readUsage?: UsageReader | undefined;
    readonly countTokens?: CountTokens | undefined;
    readonly watchSound?: boolean;
  }): StreamProbe;
  readResponse(json: unknown, readUsage?: UsageReader, countTokens?: CountTokens): ResponseFacts;
  readError(status: number, body: string): UpstreamFailure;
  writeError(words: ErrorWords, requestId: string): JsonObject;
  writeStreamError(words: ErrorWords, requestId: string): Uint8Array;
  /** See `ErrorFormat`. */
  readonly silence?: Uint8Array;
  /** What ends a stream well, for upstreams that forget it. */
  readonly streamEnd: Uint8Array | undefined;
};

/**
 * What the gateway knows of a text protocol. `passthrough`: how its own bytes are looked at and passed on; `ingress`: how its clients
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
  [
    'gemini-interactions',
    { passthrough: geminiInteractions, ingress: interactionsIngress, egress: interactionsEgress },
  ],
  ['bedrock-converse', { egress: bedrockEgress }],
  ['dify', { egress: difyEgress }],
  ['coze', { egress: cozeEgress }],
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

/** How clients of a protocol are read and answered, where it is translated. */
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

/** How a candidate's upstream is asked and read, where it is translated. */
export function egressOf(protocol: ProtocolId): Egress {
  const egress = protocols.get(protocol)?.egress;
  if (!egress) throw missing(protocol, 'egress');
  return egress;
}

/** How each protocol's report of usage is read, where a vendor has no way of its own. */
const usageReaders: Readonly<Partial<Record<ProtocolId, UsageReader>>> = {
  'openai-chat': readChatUsage,
  'openai-responses': readResponsesUsage,
  'anthropic-messages': readMessagesUsage,
  gemini: readGeminiUsage,
  'gemini-interactions': readInteractionsUsage,
  'bedrock-converse': readConverseUsage,
};

/** The reader of a dialect's usage, which notes where a report cannot be true. */
export function watchedUsage(
  context: Pick<Inspected, 'doubtfulUsage'>,
  { usage, protocol }: Candidate['dialect'],
): UsageReader | undefined {
  const read = usage ?? usageReaders[protocol];
  return (
    read &&
    ((raw) => {
      if (isImplausible(raw)) context.doubtfulUsage = true;
      return read(raw);
    })
  );
}
