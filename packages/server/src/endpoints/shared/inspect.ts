import { at, isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';

/** A body that is an object with a model, or why it is none. */
export function withModelOf(json: Json): { readonly body: JsonObject; readonly model: string } | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const model = at(json, 'model');
  if (typeof model !== 'string' || model === '')
    return { invalid: '"model" must be a non-empty string.', param: 'model' };
  return { body: json, model };
}

/** The summary of a request that puts out nothing that is counted in tokens. */
export const summaryOf = (
  model: string,
  body: Json,
  more: Partial<Omit<RequestSummary, 'model'>> = {},
): RequestSummary => ({
  model,
  stream: false,
  maxOutputTokens: 0,
  choices: 1,
  wantsUsage: false,
  inputEstimate: more.inputEstimate ?? estimateInput(body),
  ...more,
});
