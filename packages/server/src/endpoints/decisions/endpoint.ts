import { at, isList, isObject, listAt, objectAt } from '@tollgate/wire/json/fields';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { readReferences } from '@tollgate/wire/protocols/openai-responses/item-references';
import { readResponsesUsage } from '@tollgate/wire/protocols/openai-responses/usage';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import { passthroughOf } from '../chat/protocols.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { jsonEndpoint, type Reading } from '../shared/json-endpoint.ts';

/** OpenAI's own limit. */
const maxQuestions = 400;

/**
 * Questions about some input that are answered by a class or a score, byte for byte.
 * https://platform.openai.com/docs/api-reference/decisions
 */
export const decisionsEndpoint = jsonEndpoint({
  id: 'decisions',
  title: 'OpenAI Decisions',
  routes: [{ method: 'POST', path: '/v1/decisions' }],
  protocol: 'openai-chat',
  operation: 'decisions',
  errors: passthroughOf('openai-chat'),
  inspect: inspectDecisions,
  read: readDecision,
});

/** Never throws, on any JSON. */
export function inspectDecisions(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  const { body, model } = named;
  const input = at(body, 'input');
  const isInput = (typeof input === 'string' && input !== '') || (isList(input) && input.length > 0);
  if (!isInput || (isList(input) && !input.every(isObject)))
    return { invalid: '"input" must be a string, or a non-empty array of objects.', param: 'input' };
  const questions = at(body, 'questions');
  if (!isList(questions) || questions.length === 0 || questions.length > maxQuestions || !questions.every(isObject))
    return { invalid: `"questions" must be an array of 1 to ${maxQuestions} objects.`, param: 'questions' };
  const references = referencesTo(readReferences(body)?.resources ?? []);
  return summaryOf(model, body, { maxOutputTokens: undefined, ...(references && { references }) });
}

function readDecision(json: Json): Reading {
  if (!isObject(json) || listAt(json, 'answers').length === 0)
    return { empty: 'the upstream answered 200 without an answer' };
  const usage = objectAt(json, 'usage');
  return { usage: usage && readResponsesUsage(usage) };
}
