import { at, isList, isObject, listAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { readChatUsage } from '@tollgate/wire/protocols/openai-chat/usage';
import { passthroughOf } from '../chat/protocols.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { jsonEndpoint, type Reading } from '../shared/json-endpoint.ts';

/** OpenAI's moderations, byte for byte. https://platform.openai.com/docs/api-reference/moderations */
export const moderationsEndpoint = jsonEndpoint({
  id: 'moderations',
  title: 'OpenAI Moderations',
  routes: [{ method: 'POST', path: '/v1/moderations' }],
  protocol: 'openai-chat',
  operation: 'moderations',
  errors: passthroughOf('openai-chat'),
  inspect: inspectModerations,
  read: readModerations,
});

/** OpenAI's `model` may be left out, for this one. */
const defaultModel = 'omni-moderation-latest';

/** Never throws, on any JSON. */
export function inspectModerations(json: Json): RequestSummary | Invalid {
  const named = withModelOf(
    isObject(json) && at(json, 'model') === undefined ? { ...json, model: defaultModel } : json,
  );
  if ('invalid' in named) return named;
  const input = at(named.body, 'input');
  const isInput =
    (typeof input === 'string' && input !== '') ||
    (isList(input) && input.length > 0 && input.every((one) => typeof one === 'string' || isObject(one)));
  if (!isInput)
    return { invalid: '"input" must be a string, or a non-empty array of strings or objects.', param: 'input' };
  return summaryOf(named.model, named.body);
}

/** OpenAI tells no usage, and bills none; vendors who do say it as everywhere. */
function readModerations(json: Json): Reading {
  if (!isObject(json) || listAt(json, 'results').length === 0)
    return { empty: 'the upstream answered 200 without a result' };
  const usage = at(json, 'usage');
  return { usage: isObject(usage) ? readChatUsage(usage) : undefined };
}
