import { at, isList, isObject, listAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { Invalid, Json, RequestSummary } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { readResponsesUsage } from '@tollgate/wire/protocols/openai-responses/usage';
import { likelyInput } from '../../domain/likely-usage.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { summaryOf, withModelOf } from '../shared/inspect.ts';
import { jsonEndpoint, type Reading } from '../shared/json-endpoint.ts';
import { metered } from '../shared/metering.ts';

/** More than any answer puts out, where a request gives no limit. */
const mostOutput = 32_768;
/** More than a client asks for at once. */
const mostQueries = 100;

/**
 * Codex's search of the web, which it runs itself beside the conversation, byte for byte.
 * https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/search.rs
 */
export const webSearchEndpoint = jsonEndpoint({
  id: 'web-search',
  title: 'Web search, as Codex asks for it',
  routes: [{ method: 'POST', path: '/v1/alpha/search' }],
  protocol: 'openai-responses',
  operation: 'web-search',
  errors: passthroughOf('openai-responses'),
  inspect: inspectWebSearch,
  read: readWebSearch,
});

/** Never throws, on any JSON. */
export function inspectWebSearch(json: Json): RequestSummary | Invalid {
  const named = withModelOf(json);
  if ('invalid' in named) return named;
  const { body, model } = named;
  const commands = at(body, 'commands');
  if (commands !== undefined && !isObject(commands))
    return { invalid: '"commands" must be an object.', param: 'commands' };
  for (const kind of queryKinds) {
    const queries = at(commands ?? {}, kind);
    if (queries !== undefined && (!isList(queries) || queries.length > mostQueries))
      return { invalid: `"${kind}" must be an array of at most ${mostQueries}.`, param: `commands.${kind}` };
  }
  const cap = at(body, 'max_output_tokens');
  return summaryOf(model, body, {
    maxOutputTokens: typeof cap === 'number' && cap > 0 ? Math.ceil(cap) : mostOutput,
    counted: { searches: searchesIn(body) },
  });
}

/** The commands that ask a search engine; pages that are opened, and what is looked up otherwise, are no searches. */
const queryKinds = ['search_query', 'image_query'] as const;

function searchesIn(body: Json): number {
  const commands = isObject(body) ? objectAt(body, 'commands') : undefined;
  return queryKinds.reduce((sum, kind) => sum + listAt(commands ?? {}, kind).length, 0);
}

/** Answers tell no usage: what was searched for is counted, and tokens are taken for what they likely were. */
function readWebSearch(json: Json, { body, summary }: Planned, { price }: Candidate): Reading {
  const output = isObject(json) ? textAt(json, 'output') : undefined;
  if (!isObject(json) || output === undefined) return { empty: 'the upstream answered 200 without an output' };
  const told = objectAt(json, 'usage');
  const searches: Usage = { searches: searchesIn(body.json) };
  return metered(price, told ? { ...readResponsesUsage(told), ...searches } : searches, {
    inputText: likelyInput(summary.inputEstimate),
    outputText: likelyInput(estimateInput(output)),
  });
}
