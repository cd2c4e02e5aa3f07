import type { ReadOptions } from '../../ir/codec.ts';
import { finishOf, hasToolCalls } from '../../ir/finish.ts';
import type { Extensions } from '../../ir/part.ts';
import type { IrResponse } from '../../ir/response.ts';
import { isObject, numberAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, UpstreamFailure } from '../../protocol.ts';
import { isFailed, responsesFailureIn } from './errors.ts';
import { readStatus } from './finish.ts';
import { readOutputItem } from './items-read.ts';
import { readResponsesUsage, servedAsOfResponse, usageOfResponse } from './usage.ts';

/** What is read, and what repeats the request. */
const known: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'error',
  'incomplete_details',
  'model',
  'output',
  'output_text',
  'usage',
  'tool_usage',
  'service_tier',
  'background',
  'billing',
  'conversation',
  'frequency_penalty',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]);

/** Reads a whole response, or the failure that a 200 carried. Never throws, on any JSON. */
export function readResponse(json: Json, options: ReadOptions): IrResponse | { readonly failure: UpstreamFailure } {
  const { readUsage = readResponsesUsage } = options;
  if (!isObject(json)) return { failure: { ...responsesFailureIn(null), ...unreadable } };
  if (isFailed(json)) {
    const failure = responsesFailureIn(json);
    return { failure: failure.message === responsesFailureIn(null).message ? { ...failure, ...unreadable } : failure };
  }
  const parts = objectsAt(json, 'output').flatMap(readOutputItem);
  const finish = readStatus(json);
  const usage = usageOfResponse(json, readUsage);
  return {
    ...responseHead(json, options),
    choices: [{ index: 0, parts, finish: finish && finishOf(finish, hasToolCalls(parts)) }],
    usage,
    servedAs: servedAsOfResponse(json, usage),
  };
}

const unreadable = { status: 502, message: 'The upstream answered with something that is not a response.' } as const;

/** What a response says of itself, whole or in the first event of a stream. */
export function responseHead(
  json: JsonObject,
  options: ReadOptions,
): Pick<IrResponse, 'id' | 'model' | 'created' | 'serviceTier'> & { readonly extensions: Extensions | undefined } {
  const fields = restOf(json, known);
  return {
    id: textAt(json, 'id') ?? options.requestId,
    model: textAt(json, 'model') ?? '',
    created: numberAt(json, 'created_at'),
    serviceTier: textAt(json, 'service_tier'),
    extensions: fields && { by: 'openai-responses', fields },
  };
}
