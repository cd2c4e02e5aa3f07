import {
  vectorsOf,
  type EmbeddingsEgress,
  type EmbeddingsIngress,
  type EmbeddingsPurpose,
} from '../../ir/embeddings.ts';
import { openLossTracker } from '../../ir/loss.ts';
import {
  at,
  compact,
  isList,
  isObject,
  listAt,
  numberAt,
  objectAt,
  objectsAt,
  restOf,
  textAt,
  textsAt,
} from '../../json/fields.ts';
import type { Usage } from '../../ir/usage.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';

/** Cohere's embeddings, second version. https://docs.cohere.com/v2/reference/embed */

const purposes: ReadonlyMap<string, EmbeddingsPurpose> = new Map([
  ['search_query', 'query'],
  ['search_document', 'document'],
  ['classification', 'classification'],
  ['clustering', 'clustering'],
]);

const inputTypes: Readonly<Record<EmbeddingsPurpose, string>> = {
  query: 'search_query',
  document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  similarity: 'clustering',
};

const known = new Set(['model', 'texts', 'inputs', 'input_type', 'output_dimension', 'embedding_types', 'priority']);

/** Why nobody could embed what a body asks for; undefined when nothing is wrong. */
export function faultOfCohereEmbeddings(json: JsonObject): Invalid | undefined {
  const given = ['texts', 'inputs', 'images'].filter((name) => listAt(json, name).length > 0);
  if (given.length === 0) return { invalid: '"texts" must be a non-empty array of strings.', param: 'texts' };
  if (!listAt(json, 'texts').every((text) => typeof text === 'string'))
    return { invalid: '"texts" must be a non-empty array of strings.', param: 'texts' };
  return undefined;
}

export const cohereEmbeddingsIngress: EmbeddingsIngress = {
  read(json) {
    const texts = textsIn(json);
    if (texts === undefined) return { invalid: 'Only text can be embedded by this model.', param: 'inputs' };
    const types = textsAt(json, 'embedding_types');
    if (types.some((type) => type !== 'float'))
      return { invalid: 'Only "float" can be had of this model.', param: 'embedding_types' };
    const losses = openLossTracker();
    for (const field of Object.keys(restOf(json, known) ?? {})) losses.dropped(field, 'only its own vendor has it');
    return {
      value: {
        texts,
        dimensions: numberAt(json, 'output_dimension'),
        purpose: purposes.get(textAt(json, 'input_type') ?? ''),
      },
      losses: losses.losses,
    };
  },
  write({ vectors, usage }, request) {
    const tokens = usage?.inputText;
    return compact({
      id: 'embed',
      embeddings: { float: vectors },
      texts: textsIn(request),
      response_type: 'embeddings_by_type',
      meta: compact({
        api_version: { version: '2' },
        billed_units: tokens === undefined ? undefined : { input_tokens: tokens },
      }),
    });
  },
};

/** The texts of a request, given plainly or as contents; undefined where some of it is no text. */
function textsIn(json: JsonObject): readonly string[] | undefined {
  if (listAt(json, 'images').length > 0) return undefined;
  const texts = textsAt(json, 'texts');
  if (texts.length > 0) return texts;
  const inputs = objectsAt(json, 'inputs').map((input) => {
    const parts = objectsAt(input, 'content');
    const words = parts.flatMap((part) => (textAt(part, 'type') === 'text' ? (textAt(part, 'text') ?? []) : []));
    return words.length === parts.length ? words.join('\n') : undefined;
  });
  return inputs.every((text) => text !== undefined) ? inputs : undefined;
}

export const cohereEmbeddingsEgress: EmbeddingsEgress = {
  write: ({ texts, dimensions, purpose }, model) => ({
    value: compact({
      model,
      texts,
      // It must be said; what is put into a store is a document.
      input_type: inputTypes[purpose ?? 'document'],
      embedding_types: ['float'],
      output_dimension: dimensions,
    }),
    losses: [],
  }),
  read(json) {
    if (!isObject(json)) return undefined;
    const embeddings = at(json, 'embeddings');
    // On Bedrock, and in the first version, they are a plain list.
    const list = isList(embeddings) ? embeddings : isObject(embeddings) ? listAt(embeddings, 'float') : [];
    const vectors = vectorsOf(list);
    return vectors && { vectors, usage: readCohereEmbeddingsUsage(json) };
  },
};

/** Whether an answer has a vector, of whatever type. */
export function hasCohereVector(json: Json): boolean {
  const embeddings = isObject(json) ? at(json, 'embeddings') : undefined;
  if (isList(embeddings)) return embeddings.length > 0;
  return isObject(embeddings) && Object.values(embeddings).some((list) => isList(list) && list.length > 0);
}

/** Tokens, and pictures where they are billed apart. */
export function readCohereEmbeddingsUsage(json: Json): Usage | undefined {
  const billed = isObject(json) ? objectAt(objectAt(json, 'meta') ?? {}, 'billed_units') : undefined;
  if (!billed) return undefined;
  const inputText = numberAt(billed, 'input_tokens');
  const inputImage = numberAt(billed, 'image_tokens');
  if (inputText === undefined && inputImage === undefined) return undefined;
  return { ...(inputText !== undefined && { inputText }), ...(inputImage !== undefined && { inputImage }) };
}
