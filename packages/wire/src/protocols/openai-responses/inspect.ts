import { readAskedTier } from '../../ir/served-as.ts';
import { isList, isObject, textAt } from '../../json/fields.ts';
import type { Invalid, Json, JsonObject, RequestSummary, Operation } from '../../protocol.ts';
import { hostedToolsIn } from '../hosted-tools.ts';
import { faultOfLookalikes } from '../lookalikes.ts';
import { estimateInput } from '../openai-chat/estimate.ts';
import { faultOfMessages } from '../message-shape.ts';
import type { InspectLimits } from '../openai-chat/inspect.ts';
import { readReferences } from './item-references.ts';

function invalid(message: string, param: string | null): Invalid {
  return { invalid: message, param };
}

/** What a response can be made of without any `input`. */
const stored = ['previous_response_id', 'conversation', 'prompt'] as const;

/**
 * Reads what the gateway must know of a Responses request, and refuses what no provider could serve. Only named fields
 * are checked; everything else is the provider's to judge. Never throws, on any JSON.
 */
export function inspectResponses(
  _operation: Operation,
  json: unknown,
  limits: InspectLimits,
): RequestSummary | Invalid {
  if (!isObject(json)) return invalid('The body must be a JSON object.', null);
  const model = Object.hasOwn(json, 'model') ? json['model'] : undefined;
  if (typeof model !== 'string' || model === '') return invalid('"model" must be a non-empty string.', 'model');
  const fault = faultOfLookalikes(json) ?? faultOfInput(json);
  if (fault) return fault;
  const stream = json['stream'] ?? false;
  if (typeof stream !== 'boolean') return invalid('"stream" must be a boolean.', 'stream');
  const background = json['background'] ?? false;
  if (typeof background !== 'boolean') return invalid('"background" must be a boolean.', 'background');
  const maxOutputTokens = json['max_output_tokens'] ?? undefined;
  if (maxOutputTokens !== undefined) {
    if (typeof maxOutputTokens !== 'number' || !Number.isInteger(maxOutputTokens) || maxOutputTokens < 1)
      return invalid('"max_output_tokens" must be a positive integer.', 'max_output_tokens');
    if (maxOutputTokens > limits.maxOutputTokens)
      return invalid(`"max_output_tokens" must not be larger than ${limits.maxOutputTokens}.`, 'max_output_tokens');
  }
  return {
    model,
    stream,
    maxOutputTokens,
    choices: 1,
    // The last event of every stream reports it.
    wantsUsage: true,
    references: readReferences(json),
    background,
    tier: readAskedTier(json['service_tier']),
    hosted: hostedToolsIn(json),
    inputEstimate: estimateInput(withMediaNamed(json)),
  };
}

function faultOfConversation(json: JsonObject): Invalid | undefined {
  const { conversation } = json;
  if (conversation === undefined || conversation === null) return undefined;
  const id = isObject(conversation) ? textAt(conversation, 'id') : conversation;
  if (typeof id !== 'string' || id === '')
    return invalid('"conversation" must be an id, or an object with one.', 'conversation');
  if ((json['previous_response_id'] ?? null) !== null)
    return invalid('Name "conversation" or "previous_response_id", not both.', 'conversation');
  return undefined;
}

function faultOfInput(json: JsonObject): Invalid | undefined {
  const { input } = json;
  const fault = faultOfConversation(json);
  if (fault) return fault;
  const previous = json['previous_response_id'];
  if (previous !== undefined && previous !== null && typeof previous !== 'string')
    return invalid('"previous_response_id" must be a string.', 'previous_response_id');
  if (input === undefined || input === null) {
    if (stored.some((key) => json[key] !== undefined && json[key] !== null)) return undefined;
    return invalid('"input" must be a string or an array of items.', 'input');
  }
  if (typeof input === 'string') return undefined;
  if (!isList(input)) return invalid('"input" must be a string or an array of items.', 'input');
  for (const [index, item] of input.entries()) {
    const fault = isObject(item) && faultOfLookalikes(item, `input[${index}]`);
    if (fault) return fault;
  }
  return faultOfMessages(input, 'input', { content: 'content', text: true, passes: isNoMessage });
}

const isNoMessage = (item: JsonObject): boolean => (textAt(item, 'type') ?? 'message') !== 'message';

/**
 * The body with inline files, generated images and encrypted reasoning under keys by which the estimate knows media, so
 * that their bytes are not counted as text. Nothing is copied but the way to them.
 */
function withMediaNamed(json: JsonObject): JsonObject {
  const { input } = json;
  return isList(input) ? { ...json, input: input.map(withItemNamed) } : json;
}

function withItemNamed(item: Json): Json {
  if (!isObject(item)) return item;
  switch (textAt(item, 'type')) {
    case 'image_generation_call':
      return { ...item, result: null, input_image: item['result'] ?? null };
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const { output } = item;
      return isList(output) ? { ...item, output: output.map(withPartNamed) } : item;
    }
    default: {
      const { content } = item;
      return isList(content) ? { ...item, content: content.map(withPartNamed) } : item;
    }
  }
}

function withPartNamed(part: Json): Json {
  return isObject(part) && textAt(part, 'type') === 'input_file' ? { file: part } : part;
}
