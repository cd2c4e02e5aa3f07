import type { CallFacts } from '../../ir/codec.ts';
import { isEffort } from '../../ir/effort.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type {
  CustomTool,
  FunctionTool,
  IrMessage,
  IrRequest,
  IrTool,
  Reasoning,
  ResponseFormat,
  Sampling,
  ToolChoice,
} from '../../ir/request.ts';
import {
  at,
  exactNumberAt,
  flagAt,
  isObject,
  numberAt,
  objectAt,
  objectsAt,
  restOf,
  textAt,
  textsAt,
} from '../../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';
import { readMessage } from './messages-read.ts';

const by = 'openai-chat';

const requestKeys: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'prompt',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'parallel_tool_calls',
  'temperature',
  'top_p',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'logit_bias',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'n',
  'logprobs',
  'top_logprobs',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'verbosity',
  'modalities',
  'audio',
  'metadata',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'service_tier',
  'store',
  'web_search_options',
]);

/** Reads a Chat Completions request, or a legacy completion as the conversation it amounts to. Never throws. */
export function readChatRequest(json: JsonObject, call: CallFacts): Read<IrRequest> | Invalid {
  const model = call.model ?? textAt(json, 'model');
  if (model === undefined || model === '') return { invalid: '"model" must be a non-empty string.', param: 'model' };
  const lossTracker = openLossTracker();
  const messages = call.operation === 'completions' ? readPrompt(json) : readMessages(json, lossTracker);
  if ('invalid' in messages) return messages;
  const tools = readTools(json, lossTracker);
  const stop = at(json, 'stop');
  const sequences = typeof stop === 'string' ? [stop] : textsAt(json, 'stop');
  const choices = numberAt(json, 'n');
  const modalities = textsAt(json, 'modalities').filter(
    (kind) => kind === 'text' || kind === 'audio' || kind === 'image',
  );
  const verbosity = textAt(json, 'verbosity');
  const fields: Record<string, Json> = { ...restOf(json, requestKeys) };
  const streamOptions = restOf(objectAt(json, 'stream_options') ?? {}, new Set(['include_usage']));
  if (streamOptions) fields['stream_options'] = streamOptions;
  const value: IrRequest = {
    by,
    model,
    messages,
    stream: call.stream ?? flagAt(json, 'stream') ?? false,
    tools: tools.length > 0 ? tools : undefined,
    toolChoice: readToolChoice(json),
    parallelToolCalls: flagAt(json, 'parallel_tool_calls'),
    sampling: readSampling(json),
    maxOutputTokens: numberAt(json, 'max_completion_tokens') ?? numberAt(json, 'max_tokens'),
    stop: sequences.length > 0 ? sequences : undefined,
    choices: choices === 1 ? undefined : choices,
    logprobs: readLogprobsWish(json),
    format: readFormat(json),
    reasoning: readReasoning(json),
    verbosity: verbosity === 'low' || verbosity === 'medium' || verbosity === 'high' ? verbosity : undefined,
    modalities: modalities.length > 0 ? modalities : undefined,
    audioOutput: objectAt(json, 'audio'),
    metadata: objectAt(json, 'metadata'),
    user: textAt(json, 'user') ?? textAt(json, 'safety_identifier'),
    promptCacheKey: textAt(json, 'prompt_cache_key'),
    serviceTier: textAt(json, 'service_tier'),
    store: flagAt(json, 'store'),
    extensions: Object.keys(fields).length > 0 ? { by, fields } : undefined,
  };
  return { value, losses: lossTracker.losses };
}

function readPrompt(json: JsonObject): readonly IrMessage[] | Invalid {
  const prompt = at(json, 'prompt');
  const texts = typeof prompt === 'string' ? [prompt] : textsAt(json, 'prompt');
  const [text] = texts;
  if (text === undefined || texts.length > 1 || (Array.isArray(prompt) && prompt.length !== texts.length))
    return { invalid: 'Only a single prompt of text can be translated for this model.', param: 'prompt' };
  return [{ role: 'user', parts: [{ type: 'text', text }] }];
}

function readMessages(json: JsonObject, lossTracker: LossTracker): readonly IrMessage[] | Invalid {
  const raw = at(json, 'messages');
  if (!Array.isArray(raw)) return { invalid: '"messages" must be an array.', param: 'messages' };
  const messages: IrMessage[] = [];
  for (const [i, entry] of (raw as readonly Json[]).entries()) {
    const message = isObject(entry) ? readMessage(entry, `messages[${i}]`, lossTracker) : undefined;
    if (!message) return { invalid: `"messages[${i}]" is no message of a known role.`, param: `messages[${i}]` };
    messages.push(message);
  }
  return messages;
}

function readSampling(json: JsonObject): Sampling | undefined {
  const sampling: Sampling = {
    temperature: numberAt(json, 'temperature'),
    topP: numberAt(json, 'top_p'),
    topK: numberAt(json, 'top_k'),
    frequencyPenalty: numberAt(json, 'frequency_penalty'),
    presencePenalty: numberAt(json, 'presence_penalty'),
    seed: exactNumberAt(json, 'seed'),
    logitBias: objectAt(json, 'logit_bias'),
  };
  return Object.values(sampling).some((value) => value !== undefined) ? sampling : undefined;
}

/** Chat says `logprobs: true` and how many beside it, legacy completions only how many. */
function readLogprobsWish(json: JsonObject): IrRequest['logprobs'] {
  const count = numberAt(json, 'logprobs');
  if (count !== undefined) return { top: count };
  return flagAt(json, 'logprobs') === true ? { top: numberAt(json, 'top_logprobs') } : undefined;
}

function readFormat(json: JsonObject): ResponseFormat | undefined {
  const format = objectAt(json, 'response_format');
  switch (format && textAt(format, 'type')) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema': {
      const inner = (format && objectAt(format, 'json_schema')) ?? {};
      return {
        type: 'schema',
        schema: objectAt(inner, 'schema') ?? {},
        name: textAt(inner, 'name'),
        description: textAt(inner, 'description'),
        strict: flagAt(inner, 'strict'),
      };
    }
    default:
      return undefined;
  }
}

/** OpenAI's `reasoning_effort`, or OpenRouter's `reasoning`. */
function readReasoning(json: JsonObject): Reasoning | undefined {
  const word = textAt(json, 'reasoning_effort');
  if (isEffort(word)) return word === 'none' ? { mode: 'off', effort: 'none' } : { mode: 'on', effort: word };
  const router = objectAt(json, 'reasoning');
  if (!router) return undefined;
  const effort = textAt(router, 'effort');
  const enabled = flagAt(router, 'enabled');
  return {
    mode: enabled === false || effort === 'none' ? 'off' : 'on',
    effort: isEffort(effort) ? effort : undefined,
    budgetTokens: numberAt(router, 'max_tokens'),
    summary: flagAt(router, 'exclude') === true ? 'none' : undefined,
  };
}

const toolKeys: ReadonlySet<string> = new Set(['type', 'function', 'custom', 'cache_control']);
const functionKeys: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict']);

function readTools(json: JsonObject, lossTracker: LossTracker): readonly IrTool[] {
  const tools: IrTool[] = [];
  for (const [i, tool] of objectsAt(json, 'tools').entries()) {
    const custom = objectAt(tool, 'custom');
    const inner = objectAt(tool, 'function');
    if (inner) tools.push(readFunction(inner, tool));
    else if (custom) tools.push(readCustom(custom));
    else tools.push({ type: 'hosted', tool: 'other', by, raw: tool, name: textAt(tool, 'type') ?? `tools[${i}]` });
  }
  for (const inner of objectsAt(json, 'functions')) {
    tools.push(readFunction(inner, {}));
    lossTracker.approximated('functions', 'calls come back as tool_calls');
  }
  const search = objectAt(json, 'web_search_options');
  if (search) {
    const location = objectAt(search, 'user_location');
    tools.push({
      type: 'hosted',
      tool: 'web-search',
      by,
      raw: search,
      searchContextSize: textAt(search, 'search_context_size'),
      userLocation: location && objectAt(location, 'approximate'),
    });
  }
  return tools;
}

function readFunction(inner: JsonObject, outer: JsonObject): FunctionTool {
  const fields = { ...restOf(outer, toolKeys), ...restOf(inner, functionKeys) };
  return {
    type: 'function',
    name: textAt(inner, 'name') ?? '',
    description: textAt(inner, 'description'),
    schema: objectAt(inner, 'parameters'),
    strict: flagAt(inner, 'strict'),
    cache: objectAt(outer, 'cache_control') && {},
    extensions: Object.keys(fields).length > 0 ? { by, fields } : undefined,
  };
}

/** Custom tools; the grammar, nested here, is kept in the flat form of Responses. */
function readCustom(custom: JsonObject): CustomTool {
  const format = objectAt(custom, 'format');
  const grammar = format && objectAt(format, 'grammar');
  return {
    type: 'custom',
    name: textAt(custom, 'name') ?? '',
    description: textAt(custom, 'description'),
    format: grammar ? { type: 'grammar', ...grammar } : format,
  };
}

function readToolChoice(json: JsonObject): ToolChoice | undefined {
  const choice = at(json, 'tool_choice') ?? at(json, 'function_call');
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  // Mistral's word.
  if (choice === 'any') return { type: 'required' };
  if (!isObject(choice)) return undefined;
  const allowed = objectAt(choice, 'allowed_tools');
  if (allowed) {
    const names = objectsAt(allowed, 'tools').map((tool) => nameIn(tool) ?? '');
    return { type: 'allowed', mode: textAt(allowed, 'mode') === 'required' ? 'required' : 'auto', names };
  }
  const name = nameIn(choice) ?? textAt(choice, 'name');
  return name === undefined
    ? undefined
    : { type: 'tool', name, kind: objectAt(choice, 'custom') ? 'custom' : 'function' };
}

function nameIn(json: JsonObject): string | undefined {
  const inner = objectAt(json, 'function') ?? objectAt(json, 'custom');
  return inner && textAt(inner, 'name');
}
