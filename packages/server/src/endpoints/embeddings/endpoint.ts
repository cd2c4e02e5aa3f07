import { at, isObject, listAt } from '@tollgate/wire/json/fields';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { writeCohereError } from '@tollgate/wire/protocols/cohere/errors';
import {
  cohereEmbeddingsIngress,
  hasCohereVector,
  readCohereEmbeddingsUsage,
} from '@tollgate/wire/protocols/cohere/embeddings';
import {
  geminiEmbeddingsIngress,
  hasGeminiVector,
  readGeminiEmbeddingsUsage,
  withGeminiEmbeddingsModel,
} from '@tollgate/wire/protocols/gemini/embeddings';
import { asAskedFor, openaiEmbeddingsIngress } from '@tollgate/wire/protocols/openai-chat/embeddings';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import type { Endpoint } from '../../relay/endpoint.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { geminiRoutes } from '../chat/endpoints.ts';
import { googleForOpenai } from '../speaker.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { jsonEndpoint, type Reading } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';
import { inspectGeminiEmbeddings } from '../shared/inspect-embeddings.ts';
import { inspectCohereEmbeddings, inspectEmbeddings } from './inspect.ts';
import { likelyOf, noVector, translatorsFor } from './translate.ts';

const openai = passthroughOf('openai-chat');
const gemini = passthroughOf('gemini');

/** Google's two methods differ in whether they take several at once. */
const geminiEmbeddings = (id: string, title: string, method: string, operation: 'embeddings' | 'embed-content') =>
  jsonEndpoint({
    id,
    title,
    routes: geminiRoutes({ [method]: false }),
    protocol: 'gemini',
    operation,
    translatedTo: 'embeddings',
    errors: gemini,
    inspect: (json, _limits, { params }) => inspectGeminiEmbeddings(json, params['model']),
    read: (json, context, { price }) =>
      hasGeminiVector(json) ? metered(price, readGeminiEmbeddingsUsage(json), likelyOf(context)) : noVector,
    withModel: withGeminiEmbeddingsModel,
    translators: translatorsFor('gemini', geminiEmbeddingsIngress),
  });

/** Texts into vectors, in every protocol that clients ask for them. */
export const embeddingsEndpoints: readonly Endpoint[] = [
  // https://platform.openai.com/docs/api-reference/embeddings
  jsonEndpoint({
    id: 'embeddings',
    title: 'OpenAI Embeddings',
    routes: [
      { method: 'POST', path: '/v1/embeddings' },
      { method: 'POST', path: `${googleForOpenai}/embeddings` },
      // As it was before models were named in bodies.
      { method: 'POST', path: '/v1/engines/{model+}/embeddings' },
    ],
    protocol: 'openai-chat',
    operation: 'embeddings',
    errors: openai,
    inspect: (json, _limits, { params }) => inspectEmbeddings(json, params['model']),
    read: readEmbeddings,
    translators: translatorsFor('openai-chat', openaiEmbeddingsIngress),
  }),
  // https://ai.google.dev/api/embeddings
  geminiEmbeddings('embed-content', 'Gemini embedContent', 'embedContent', 'embed-content'),
  geminiEmbeddings('batch-embed-contents', 'Gemini batchEmbedContents', 'batchEmbedContents', 'embeddings'),
  // https://docs.cohere.com/v2/reference/embed
  jsonEndpoint({
    id: 'embed-v2',
    title: 'Cohere Embed',
    routes: [{ method: 'POST', path: '/v2/embed' }],
    protocol: 'cohere',
    operation: 'embeddings',
    errors: { writeError: writeCohereError, writeStreamError: openai.writeStreamError },
    inspect: inspectCohereEmbeddings,
    read: (json, context, { price }) =>
      hasCohereVector(json) ? metered(price, readCohereEmbeddingsUsage(json), likelyOf(context)) : noVector,
    translators: translatorsFor('cohere', cohereEmbeddingsIngress),
  }),
];

function readEmbeddings(json: Json, context: Planned, { dialect }: Candidate): Reading {
  if (!isObject(json) || listAt(json, 'data').length === 0) return noVector;
  const usage = at(json, 'usage');
  return {
    usage: isObject(usage) ? (dialect.usage ?? readChatUsage)(usage) : undefined,
    instead: asAskedFor(json, context.body.json as JsonObject),
  };
}
