import { at, isList, isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';

/**
 * Reads what the gateway must know of a request for embeddings, and refuses what no provider could serve: everything else
 * is the provider's to judge. Never throws, on any JSON.
 */
export function inspectEmbeddings(json: Json): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const model = at(json, 'model');
  if (typeof model !== 'string' || model === '')
    return { invalid: '"model" must be a non-empty string.', param: 'model' };
  if (!isInput(at(json, 'input')))
    return { invalid: '"input" must be a string, or a non-empty array of strings or tokens.', param: 'input' };
  return {
    model,
    stream: false,
    // Vectors are no tokens: nothing is put out that is counted.
    maxOutputTokens: 0,
    choices: 1,
    wantsUsage: false,
    inputEstimate: estimateInput(json),
  };
}

/** One text, several, the tokens of one, or those of several. */
function isInput(input: Json | undefined): boolean {
  if (typeof input === 'string') return input !== '';
  return isList(input) && input.length > 0 && input.every((item) => typeof item === 'string' || isTokens(item));
}

const isTokens = (item: Json): boolean =>
  typeof item === 'number' || (isList(item) && item.length > 0 && item.every((token) => typeof token === 'number'));
