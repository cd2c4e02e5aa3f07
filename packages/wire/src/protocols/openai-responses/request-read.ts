import type { CallFacts } from '../../ir/codec.ts';
import { isEffort } from '../../ir/effort.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type { IrMessage, IrRequest, Reasoning, ResponseFormat } from '../../ir/request.ts';
import { at, flagAt, isObject, numberAt, objectAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';
import { readInput } from './input-read.ts';
import { readToolChoice, readTools } from './tools-read.ts';

const by = 'openai-responses';

const requestKeys: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'include',
  'metadata',
  'user',
  'prompt_cache_key',
  'service_tier',
  'store',
  'background',
  'stream_options',
  'truncation',
]);

/** What leans on something that only OpenAI keeps. */
const stateful = {
  previous_response_id: 'it names a response that only its provider has; send the whole conversation as "input"',
  conversation: 'it names a conversation that only its provider has; send the whole conversation as "input"',
  prompt: 'it names a prompt that only its provider has; send "instructions" and "input"',
} as const;

/**
 * Reads a Responses request. What leans on state at the provider is invalid, because another protocol's upstream has no
 * such state. Never throws, on any JSON.
 */
export function readResponsesRequest(json: JsonObject, call: CallFacts): Read<IrRequest> | Invalid {
  const model = call.model ?? textAt(json, 'model');
  if (model === undefined || model === '') return { invalid: '"model" must be a non-empty string.', param: 'model' };
  for (const [param, reason] of Object.entries(stateful)) {
    if (at(json, param) !== undefined && at(json, param) !== null)
      return { invalid: `"${param}" cannot be used with this model: ${reason}.`, param };
  }
  if (at(json, 'background') === true)
    return {
      invalid: '"background" cannot be used with this model: its provider answers only while the caller waits.',
      param: 'background',
    };
  const lossTracker = openLossTracker();
  const input = readInput(at(json, 'input'), lossTracker);
  if ('invalid' in input) return input;
  const instructions = textAt(json, 'instructions');
  const first: IrMessage[] =
    instructions === undefined || instructions === ''
      ? []
      : [{ role: 'system', parts: [{ type: 'text', text: instructions }] }];
  const text = objectAt(json, 'text') ?? {};
  const include = textsAt(json, 'include');
  const top = numberAt(json, 'top_logprobs');
  const verbosity = textAt(text, 'verbosity');
  const value: IrRequest = {
    by,
    model,
    messages: [...first, ...input.messages],
    stream: call.stream ?? flagAt(json, 'stream') ?? false,
    tools: readTools(json),
    toolChoice: readToolChoice(json),
    parallelToolCalls: flagAt(json, 'parallel_tool_calls'),
    sampling: readSampling(json),
    maxOutputTokens: numberAt(json, 'max_output_tokens'),
    logprobs: (top ?? 0) > 0 || include.includes(LOGPROBS) ? { top } : undefined,
    format: readFormat(objectAt(text, 'format'), lossTracker),
    reasoning: readReasoningOptions(objectAt(json, 'reasoning')),
    verbosity: verbosity === 'low' || verbosity === 'medium' || verbosity === 'high' ? verbosity : undefined,
    metadata: objectAt(json, 'metadata'),
    user: textAt(json, 'user'),
    promptCacheKey: textAt(json, 'prompt_cache_key'),
    serviceTier: textAt(json, 'service_tier'),
    store: flagAt(json, 'store'),
    extensions: readExtensions(json, include, text),
  };
  return { value, losses: lossTracker.losses };
}

/** What `include` asks of an answer; the first has a field of its own, the second is always given. */
const LOGPROBS = 'message.output_text.logprobs';
const ENCRYPTED = 'reasoning.encrypted_content';

function readSampling(json: JsonObject): IrRequest['sampling'] {
  const temperature = numberAt(json, 'temperature');
  const topP = numberAt(json, 'top_p');
  return temperature === undefined && topP === undefined ? undefined : { temperature, topP };
}

const formatKeys: ReadonlySet<string> = new Set(['type', 'name', 'schema', 'description', 'strict']);

function readFormat(format: JsonObject | undefined, lossTracker: LossTracker): ResponseFormat | undefined {
  if (!format) return undefined;
  for (const key of Object.keys(restOf(format, formatKeys) ?? {}))
    lossTracker.dropped(`text.format.${key}`, 'not a field of a format');
  switch (textAt(format, 'type')) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return {
        type: 'schema',
        schema: objectAt(format, 'schema') ?? {},
        name: textAt(format, 'name'),
        description: textAt(format, 'description'),
        strict: flagAt(format, 'strict'),
      };
    default:
      lossTracker.dropped('text.format', 'not a kind of format');
      return undefined;
  }
}

function readReasoningOptions(json: JsonObject | undefined): Reasoning | undefined {
  if (!json) return undefined;
  const word = textAt(json, 'effort');
  const summary = textAt(json, 'summary') ?? textAt(json, 'generate_summary');
  return {
    effort: isEffort(word) ? word : undefined,
    summary: summary === 'auto' || summary === 'concise' || summary === 'detailed' ? summary : undefined,
  };
}

const reasoningKeys: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary']);
const textKeys: ReadonlySet<string> = new Set(['format', 'verbosity']);

function readExtensions(json: JsonObject, include: readonly string[], text: JsonObject): IrRequest['extensions'] {
  const fields: Record<string, Json> = { ...restOf(json, requestKeys) };
  const included = include.filter((what) => what !== LOGPROBS && what !== ENCRYPTED);
  if (included.length > 0) fields['include'] = included;
  const reasoning = restOf(objectAt(json, 'reasoning') ?? {}, reasoningKeys);
  if (reasoning) fields['reasoning'] = reasoning;
  const otherText = restOf(text, textKeys);
  if (otherText) fields['text'] = otherText;
  // To be refused when the window is full is the default, and padding against eavesdroppers is never added.
  const truncation = at(json, 'truncation');
  if (truncation !== undefined && truncation !== null && truncation !== 'disabled') fields['truncation'] = truncation;
  const options = at(json, 'stream_options');
  if (isObject(options) && at(options, 'include_obfuscation') === true) fields['stream_options'] = options;
  return Object.keys(fields).length > 0 ? { by, fields } : undefined;
}
