import {
  vectorOf,
  vectorsOf,
  type EmbeddingsEgress,
  type EmbeddingsIngress,
  type EmbeddingsPurpose,
} from '../../ir/embeddings.ts';
import { openLossTracker } from '../../ir/loss.ts';
import { at, compact, isObject, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';
import type { Usage } from '../../ir/usage.ts';
import { camelKeys } from './cases.ts';
import { readGeminiUsage } from './usage.ts';

/** Google's words for purposes. https://ai.google.dev/api/embeddings#TaskType */
const purposes: ReadonlyMap<string, EmbeddingsPurpose> = new Map([
  ['RETRIEVAL_QUERY', 'query'],
  ['QUESTION_ANSWERING', 'query'],
  ['CODE_RETRIEVAL_QUERY', 'query'],
  ['RETRIEVAL_DOCUMENT', 'document'],
  ['CLASSIFICATION', 'classification'],
  ['CLUSTERING', 'clustering'],
  ['SEMANTIC_SIMILARITY', 'similarity'],
]);

const taskTypes: Readonly<Record<EmbeddingsPurpose, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'SEMANTIC_SIMILARITY',
};

/** What is asked in a body of `embedContent` (itself), or of `batchEmbedContents` (several alike). */
export function geminiEmbeddingsIn(json: JsonObject): readonly JsonObject[] {
  const body = camelKeys(json);
  return at(body, 'requests') === undefined ? [body] : objectsAt(body, 'requests').map((one) => camelKeys(one));
}

/** Why nobody could embed what a body asks for; undefined when nothing is wrong. */
export function faultOfGeminiEmbeddings(json: JsonObject): Invalid | undefined {
  const requests = geminiEmbeddingsIn(json);
  const isBatch = at(json, 'requests') !== undefined;
  if (requests.length === 0) return { invalid: 'requests: must not be empty.', param: 'requests' };
  for (const [index, request] of requests.entries()) {
    const content = objectAt(request, 'content');
    const param = isBatch ? `requests[${index}].content` : 'content';
    if (!content || objectsAt(content, 'parts').length === 0) return { invalid: `${param}: must have parts.`, param };
  }
  return undefined;
}

/** Both methods of Google's. https://ai.google.dev/api/embeddings */
export const geminiEmbeddingsIngress: EmbeddingsIngress = {
  read(json) {
    const requests = geminiEmbeddingsIn(json);
    const losses = openLossTracker();
    const texts: string[] = [];
    for (const request of requests) {
      const parts = objectsAt(objectAt(request, 'content') ?? {}, 'parts');
      const words = parts.flatMap((part) => textAt(part, 'text') ?? []);
      if (words.length < parts.length)
        return { invalid: 'content: only text can be embedded by this model.', param: 'content' };
      texts.push(words.join('\n'));
      if (at(request, 'title') !== undefined) losses.dropped('title', 'only Google has it');
    }
    const [first = {}] = requests;
    const dimensions = numberAt(first, 'outputDimensionality');
    const task = textAt(first, 'taskType');
    const isAlike = requests.every(
      (one) => numberAt(one, 'outputDimensionality') === dimensions && textAt(one, 'taskType') === task,
    );
    if (!isAlike)
      return { invalid: 'requests: taskType and outputDimensionality must be alike in all.', param: 'requests' };
    return {
      value: { texts, dimensions, purpose: task === undefined ? undefined : purposes.get(task) },
      losses: losses.losses,
    };
  },
  write({ vectors, usage }, request) {
    const embeddings = vectors.map((values) => ({ values }));
    const tokens = usage?.inputText;
    const usageMetadata = tokens === undefined ? undefined : { promptTokenCount: tokens, totalTokenCount: tokens };
    return at(request, 'requests') === undefined
      ? compact({ embedding: embeddings[0] ?? null, usageMetadata })
      : compact({ embeddings, usageMetadata });
  },
};

/** Google is always asked for a batch. */
export const geminiEmbeddingsEgress: EmbeddingsEgress = {
  write: ({ texts, dimensions, purpose }, model) => ({
    value: {
      requests: texts.map((text) =>
        compact({
          model: `models/${model}`,
          content: { parts: [{ text }] },
          taskType: purpose && taskTypes[purpose],
          outputDimensionality: dimensions,
        }),
      ),
    },
    losses: [],
  }),
  read(json) {
    if (!isObject(json)) return undefined;
    const vectors = vectorsOf(objectsAt(json, 'embeddings').map((one) => at(one, 'values')));
    return vectors && { vectors, usage: readGeminiEmbeddingsUsage(json) };
  },
};

/** Whether an answer of either method has a vector. */
export function hasGeminiVector(json: Json): boolean {
  if (!isObject(json)) return false;
  const [one] = at(json, 'embeddings') === undefined ? [objectAt(json, 'embedding')] : objectsAt(json, 'embeddings');
  return one !== undefined && vectorOf(at(one, 'values')) !== undefined;
}

/** What an answer says that it used; older models say nothing. */
export function readGeminiEmbeddingsUsage(json: Json): Usage | undefined {
  const raw = isObject(json) ? objectAt(json, 'usageMetadata') : undefined;
  return raw && readGeminiUsage(raw);
}

/** The model stands in the path, and once more in each request of a batch. */
export function withGeminiEmbeddingsModel(json: JsonObject, model: string): JsonObject {
  const name = `models/${model}`;
  const named = (one: JsonObject): JsonObject =>
    at(one, 'model') === undefined || at(one, 'model') === name ? one : { ...one, model: name };
  const requests = at(json, 'requests');
  if (requests === undefined) return named(json);
  const list = objectsAt(json, 'requests');
  return list.every((one) => named(one) === one) ? json : { ...json, requests: list.map(named) };
}
