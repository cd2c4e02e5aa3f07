import { isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { faultOfGeminiEmbeddings, geminiEmbeddingsIn } from '@tollgate/wire/protocols/gemini/embeddings';
import { readGeminiResources } from '@tollgate/wire/protocols/gemini/resources';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import { summaryOf } from './inspect.ts';

/** Reads a request for embeddings in Google's protocol, where the model stands in the path. Never throws, on any JSON. */
export function inspectGeminiEmbeddings(json: Json, model = ''): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const references = referencesTo(geminiEmbeddingsIn(json).flatMap(readGeminiResources));
  return faultOfGeminiEmbeddings(json) ?? summaryOf(model, json, { references });
}
