import type { EmbeddingsEgress, EmbeddingsIngress } from '@tollgate/wire/ir/embeddings';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { Invalid, JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import { bedrockEmbeddingsEgress } from '@tollgate/wire/protocols/bedrock-invoke/embeddings';
import { cohereEmbeddingsEgress } from '@tollgate/wire/protocols/cohere/embeddings';
import { geminiEmbeddingsEgress } from '@tollgate/wire/protocols/gemini/embeddings';
import { openaiEmbeddingsEgress } from '@tollgate/wire/protocols/openai-chat/embeddings';
import { likelyInput } from '../../domain/likely-usage.ts';
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
    const used = metered(price, answer.usage, likelyOf(context));
    // What is charged is what is told.
    const told = { ...answer, usage: used.usage ?? used.estimate };
    return { json: ingress.write(told, bodyOf(context), context.summary.model), ...used };
  },
});

export const noVector = { empty: 'the upstream answered 200 without a vector' } as const;

/** What is charged for where an answer does not tell it. */
export const likelyOf = ({ summary }: Planned): Usage => ({ inputText: likelyInput(summary.inputEstimate) });

const bodyOf = ({ body }: Planned): JsonObject => body.json as JsonObject;

function valid<T extends object>(read: T | Invalid): T {
  if ('invalid' in read) throw new Refusal('invalid_request', read.invalid, { param: read.param });
  return read;
}
