import { at, isList, isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { faultOfCohereEmbeddings } from '@tollgate/wire/protocols/cohere/embeddings';
import { summaryOf, withModelOf } from '../shared/inspect.ts';

/**
 * Reads what the gateway must know of a request for embeddings, and refuses what no provider could serve: everything else
 * is the provider's to judge. `model` is what the path says, where it says one. Never throws, on any JSON.
 */
export function inspectEmbeddings(json: Json, model?: string): RequestSummary | Invalid {
  const named = withModelOf(model !== undefined && isObject(json) ? { ...json, model } : json);
  if ('invalid' in named) return named;
  if (!isInput(at(named.body, 'input')))
    return { invalid: '"input" must be a string, or a non-empty array of strings or tokens.', param: 'input' };
  return summaryOf(named.model, named.body);
}

/** The same in Cohere's. */
export function inspectCohereEmbeddings(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  return faultOfCohereEmbeddings(named.body) ?? summaryOf(named.model, named.body);
}

/** One text, several, the tokens of one, or those of several. */
function isInput(input: Json | undefined): boolean {
  if (typeof input === 'string') return input !== '';
  return isList(input) && input.length > 0 && input.every((item) => typeof item === 'string' || isTokens(item));
}

const isTokens = (item: Json): boolean =>
  typeof item === 'number' || (isList(item) && item.length > 0 && item.every((token) => typeof token === 'number'));
