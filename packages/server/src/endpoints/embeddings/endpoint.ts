import { parseJson } from '@tollgate/wire/json/exact';
import { at, isList, isObject } from '@tollgate/wire/json/fields';
import { render } from '@tollgate/wire/json/render';
import { causeOf } from '../../domain/causes.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { WholeAnswer } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { jsonOf } from '../chat/state.ts';
import { chain, overridden, upstreamRequest } from '../shared/upstream-request.ts';
import { inspectEmbeddings } from './inspect.ts';

/** Errors and usage of embeddings are those of OpenAI's other APIs. */
const openai = passthroughOf('openai-chat');

/** OpenAI's embeddings, byte for byte. https://platform.openai.com/docs/api-reference/embeddings */
const endpoint: Endpoint<undefined> = {
  id: 'embeddings',
  title: 'OpenAI Embeddings',
  routes: [{ method: 'POST', path: '/v1/embeddings' }],
  protocol: openai.id,
  operation: 'embeddings',
  errors: openai,
  body: 'json',
  answers: ['json'],
  charged: true,
  inspect: inspectEmbeddings,
  begin: () => undefined,
  exchange: (deps, context, _state, candidate) =>
    chain(upstreamRequest(deps, endpoint, context, candidate, bodyFor(context, candidate)), (request) => ({
      request,
      conversion: undefined,
      background: false,
      readError: openai.readError,
      openStream: () => undefined,
      readWhole: (body) => readEmbeddings(candidate, body),
    })),
};

export const embeddingsEndpoint = defineEndpoint(endpoint);

/** The client's bytes with only those fields changed that must be. */
function bodyFor(context: Planned, { upstreamModel, target }: Candidate): Uint8Array {
  const before = jsonOf(context);
  return render(context.body.bytes, before, overridden(openai.withModel(before, upstreamModel), target.channel));
}

const decoder = new TextDecoder();

function readEmbeddings({ dialect, target }: Candidate, body: Uint8Array): WholeAnswer {
  const json = parseJson(decoder.decode(body));
  if (json === undefined)
    return fault('unexpected_body', 'the upstream answered 200 with a body that is not JSON', undefined);
  const { error, usage, servedAs } = openai.readResponse(json, dialect.usage);
  if (error) return fault(causeOf(error, target.channel.provider), error.message, error);
  const vectors = isObject(json) ? at(json, 'data') : undefined;
  if (!isList(vectors) || vectors.length === 0)
    return fault('empty', 'the upstream answered 200 without a vector', undefined);
  return {
    usage,
    servedAs,
    outputEstimate: 0,
    write: () => ({ body, contentType: 'application/json', losses: [] }),
  };
}

type Fault = NonNullable<WholeAnswer['fault']>;

const fault = (cause: Fault['cause'], detail: string, upstream: Fault['upstream']): WholeAnswer => ({
  fault: { cause, detail, upstream },
});
