import { at, listAt } from '@tollgate/wire/json/fields';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { writeCohereError } from '@tollgate/wire/protocols/cohere/errors';
import {
  faultOfRerank,
  mostSearchUnits,
  readRerankAnswer,
  readRerankRequest,
  readRerankUsage,
  writeRerankAnswer,
  writeRerankRequest,
  type RerankShape,
} from '@tollgate/wire/protocols/cohere/rerank';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { likelyInput } from '../../domain/likely-usage.ts';
import type { Endpoint } from '../../relay/endpoint.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { metered } from '../shared/metering.ts';
import { jsonEndpoint, type Reading, type Translator } from '../shared/json-endpoint.ts';

/** Never throws, on any JSON. */
export function inspectRerank(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  const { body, model } = named;
  const fault = faultOfRerank(body);
  if (fault) return fault;
  const documents = listAt(body, 'documents').map((one) => estimateInput(one));
  const query = estimateInput(at(body, 'query') ?? '');
  return summaryOf(model, body, {
    // Vendors that bill tokens count the query with every document.
    inputEstimate: estimateInput(body) + query * documents.length,
    counted: { searches: mostSearchUnits(documents, query) },
  });
}

const readPassed = (json: Json, context: Planned, { price }: Candidate): Reading =>
  readRerankAnswer(json) ? metered(price, readRerankUsage(json), likelyOf(context)) : noResults;

/** What is charged for where an answer does not tell it. */
const likelyOf = ({ summary }: Planned): Usage => ({
  inputText: likelyInput(summary.inputEstimate),
  searches: summary.counted?.searches ?? 1,
});

const noResults = { empty: 'the upstream answered 200 without a result' } as const;

/** From one shape to the other and back. */
const translator = (from: RerankShape, to: RerankShape): Translator => ({
  write(context, { upstreamModel }) {
    const read = readRerankRequest(bodyOf(context), from);
    const { value, losses } = writeRerankRequest(read.value, upstreamModel, to);
    return { value, losses: [...read.losses, ...losses] };
  },
  read(context, { price }, json) {
    const answer = readRerankAnswer(json);
    if (!answer) return noResults;
    const request = readRerankRequest(bodyOf(context), from).value;
    const words = { requestId: context.call.id, model: context.summary.model };
    const used = metered(price, answer.usage, likelyOf(context));
    const told = { ...answer, usage: used.usage ?? used.estimate };
    return { json: writeRerankAnswer(told, request, words, from), ...used };
  },
});

const bodyOf = (context: Planned): JsonObject => context.body.json as JsonObject;

/** Putting texts in order, in the shape of Jina (and most others), and in Cohere's. */
export const rerankEndpoints: readonly Endpoint[] = [
  jsonEndpoint({
    id: 'rerank',
    title: 'Rerank, as Jina has it',
    routes: [{ method: 'POST', path: '/v1/rerank' }],
    protocol: 'openai-chat',
    operation: 'rerank',
    errors: passthroughOf('openai-chat'),
    inspect: inspectRerank,
    read: readPassed,
    translators: { cohere: translator('common', 'cohere') },
  }),
  jsonEndpoint({
    id: 'rerank-v2',
    title: 'Rerank, as Cohere has it',
    routes: [{ method: 'POST', path: '/v2/rerank' }],
    protocol: 'cohere',
    operation: 'rerank',
    errors: {
      writeError: writeCohereError,
      writeStreamError: passthroughOf('openai-chat').writeStreamError,
    },
    inspect: inspectRerank,
    read: readPassed,
    translators: { 'openai-chat': translator('cohere', 'common') },
  }),
];
