import type { EmbeddingsEgress, EmbeddingsIngress } from '@tollgate/wire/ir/embeddings';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { Invalid, JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import { bedrockEmbeddingsEgress } from '@tollgate/wire/protocols/bedrock-invoke/embeddings';
import { cohereEmbeddingsEgress } from '@tollgate/wire/protocols/cohere/embeddings';
import { geminiEmbeddingsEgress } from '@tollgate/wire/protocols/gemini/embeddings';
import { openaiEmbeddingsEgress } from '@tollgate/wire/protocols/openai-chat/embeddings';
import { Refusal } from '../../domain/refusal.ts';
import type { Planned } from '../../relay/request-context.ts';
import type { Translator } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';

/** Every protocol that vectors are asked in. */
const egresses: Readonly<Partial<Record<ProtocolId, EmbeddingsEgress>>> = {
  'openai-chat': openaiEmbeddingsEgress,
  gemini: geminiEmbeddingsEgress,
  cohere: cohereEmbeddingsEgress,
  'bedrock-invoke': bedrockEmbeddingsEgress,
};

/** How clients of a protocol are served by upstreams of all the others. */
export const translatorsFor = (
  own: ProtocolId,
  ingress: EmbeddingsIngress,
): Readonly<Partial<Record<ProtocolId, Translator>>> =>
  Object.fromEntries(
    Object.entries(egresses)
      .filter(([protocol]) => protocol !== own)
      .map(([protocol, egress]) => [protocol, translator(ingress, egress)]),
  );

const translator = (ingress: EmbeddingsIngress, egress: EmbeddingsEgress): Translator => ({
  write(context, { upstreamModel }) {
    const read = valid(ingress.read(bodyOf(context)));
    const { value, losses } = valid(egress.write(read.value, upstreamModel));
    return { value, losses: [...read.losses, ...losses] };
  },
  read(context, { price }, json) {
    const answer = egress.read(json);
    if (!answer) return noVector;
    return {
      json: ingress.write(answer, bodyOf(context), context.summary.model),
      ...metered(price, answer.usage, likelyOf(context)),
    };
  },
});

export const noVector = { empty: 'the upstream answered 200 without a vector' } as const;

/** What is charged for where an answer does not tell it: half of the upper bound is what such text usually comes to. */
export const likelyOf = ({ summary }: Planned): Usage => ({ inputText: Math.ceil(summary.inputEstimate / 2) });

const bodyOf = ({ body }: Planned): JsonObject => body.json as JsonObject;

function valid<T extends object>(read: T | Invalid): T {
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  return read;
}
