import { at, compact, isList, isObject, listAt, numberAt, objectAt, textAt } from '../../json/fields.ts';
import { openLossTracker, type Read } from '../../ir/loss.ts';
import type { RerankAnswer, RerankRequest, RerankResult } from '../../ir/rerank.ts';
import type { Usage } from '../../ir/usage.ts';
import type { Json, JsonObject } from '../../protocol.ts';

/**
 * Reranking in its two shapes. Cohere's second version (`/v2/rerank`) takes texts and bills search units:
 * https://docs.cohere.com/v2/reference/rerank . Everybody else has what Jina made of its first: documents may be objects,
 * come back with the answer, and are billed in tokens: https://api.jina.ai/docs
 */
export type RerankShape = 'cohere' | 'common';

/** Fields that are read, by shape; what else stands in a request only its own vendor knows. */
const known: Readonly<Record<RerankShape, ReadonlySet<string>>> = {
  cohere: new Set(['model', 'query', 'documents', 'top_n', 'max_tokens_per_doc']),
  common: new Set(['model', 'query', 'documents', 'top_n', 'return_documents', 'max_tokens_per_doc']),
};

/** A request in one of the shapes; it was inspected before. */
export function readRerankRequest(json: JsonObject, shape: RerankShape): Read<RerankRequest> {
  const losses = openLossTracker();
  for (const [key, value] of Object.entries(json))
    if (!known[shape].has(key) && value !== null) losses.dropped(key, 'only its own vendor has it');
  const value: RerankRequest = {
    query: at(json, 'query') ?? '',
    documents: listAt(json, 'documents'),
    top: at(json, 'top_n') ?? undefined,
    maxTokensPerDocument: at(json, 'max_tokens_per_doc') ?? undefined,
    withDocuments: shape === 'common' && at(json, 'return_documents') !== false,
  };
  return { value, losses: losses.losses };
}

export function writeRerankRequest(request: RerankRequest, model: string, shape: RerankShape): Read<JsonObject> {
  const losses = openLossTracker();
  const { documents, maxTokensPerDocument } = request;
  if (shape === 'common' && maxTokensPerDocument !== undefined)
    losses.dropped('max_tokens_per_doc', 'each vendor has its own limit');
  const value = compact({
    model,
    query: request.query,
    documents: shape === 'cohere' ? documents.map((one) => textOf(one)) : documents,
    top_n: request.top,
    // The documents are here already; they need not travel back.
    return_documents: shape === 'common' ? false : undefined,
    max_tokens_per_doc: shape === 'cohere' ? maxTokensPerDocument : undefined,
  });
  return { value, losses: losses.losses };
}

/** The text of a document: itself, or what it says under `text`, or all of it. */
function textOf(document: Json): string {
  if (typeof document === 'string') return document;
  return (isObject(document) ? textAt(document, 'text') : undefined) ?? JSON.stringify(document);
}

/** An answer in either shape; undefined when it has no results. */
export function readRerankAnswer(json: Json): RerankAnswer | undefined {
  if (!isObject(json)) return undefined;
  const results = listAt(json, 'results').flatMap((one): readonly RerankResult[] => {
    if (!isObject(one)) return [];
    const index = numberAt(one, 'index');
    const score = at(one, 'relevance_score');
    return index === undefined || score === undefined ? [] : [{ index, score }];
  });
  if (results.length === 0) return undefined;
  return { id: textAt(json, 'id'), results, usage: readRerankUsage(json) };
}

/** What an answer in either shape says that it used; undefined when it says nothing. */
export function readRerankUsage(json: Json): Usage | undefined {
  if (!isObject(json)) return undefined;
  const usage = objectAt(json, 'usage') ?? {};
  const meta = objectAt(json, 'meta') ?? {};
  const billed = objectAt(meta, 'billed_units') ?? {};
  const tokens = objectAt(meta, 'tokens') ?? {};
  const searches = count(billed, 'search_units') ?? count(usage, 'search_units');
  const inputText =
    count(usage, 'prompt_tokens') ??
    count(usage, 'total_tokens') ??
    count(tokens, 'input_tokens') ??
    count(billed, 'input_tokens');
  if (searches === undefined && inputText === undefined) return undefined;
  return { ...(inputText !== undefined && { inputText }), ...(searches !== undefined && { searches }) };
}

function count(json: JsonObject, key: string): number | undefined {
  const value = numberAt(json, key);
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.ceil(value) : undefined;
}

export type RerankContext = { readonly requestId: string; readonly model: string };

export function writeRerankAnswer(
  { id, results, usage = {} }: RerankAnswer,
  { documents, withDocuments }: RerankRequest,
  { requestId, model }: RerankContext,
  shape: RerankShape,
): JsonObject {
  const { inputText, searches } = usage;
  const list = results.map(({ index, score }) => {
    const document = withDocuments ? documents[index] : undefined;
    return compact({
      index,
      relevance_score: score,
      document: typeof document === 'string' ? { text: document } : document,
    });
  });
  if (shape === 'common')
    return compact({
      id: id ?? requestId,
      model,
      object: 'list',
      usage: compact({ prompt_tokens: inputText, total_tokens: inputText, search_units: searches }),
      results: list,
    });
  return {
    id: id ?? requestId,
    results: list,
    meta: compact({
      api_version: { version: '2' },
      billed_units: searches === undefined ? undefined : { search_units: searches },
      tokens: inputText === undefined ? undefined : { input_tokens: inputText },
    }),
  };
}

/** Why no vendor could rerank this: the field at fault; undefined when nothing is. */
export function faultOfRerank(json: JsonObject): { readonly invalid: string; readonly param: string } | undefined {
  const query = at(json, 'query');
  if (!(typeof query === 'string' && query !== '') && !isObject(query))
    return { invalid: '"query" must be a non-empty string.', param: 'query' };
  const documents = at(json, 'documents');
  const areDocuments =
    isList(documents) && documents.length > 0 && documents.every((one) => typeof one === 'string' || isObject(one));
  if (!areDocuments)
    return { invalid: '"documents" must be a non-empty array of strings or objects.', param: 'documents' };
  const top = at(json, 'top_n') ?? undefined;
  if (top !== undefined && !(typeof top === 'number' && Number.isInteger(top) && top > 0))
    return { invalid: '"top_n" must be a positive whole number.', param: 'top_n' };
  return undefined;
}

/** Tokens of a chunk, and chunks of a search unit. https://docs.cohere.com/docs/how-does-cohere-pricing-work */
const chunkTokens = 500;
const chunksPerUnit = 100;

/** The most search units that so many documents may come to, by their estimated tokens with the query. */
export function mostSearchUnits(documentTokens: readonly number[], queryTokens: number): number {
  const chunks = documentTokens.reduce((sum, tokens) => sum + Math.ceil((tokens + queryTokens) / chunkTokens), 0);
  return Math.ceil(chunks / chunksPerUnit);
}
