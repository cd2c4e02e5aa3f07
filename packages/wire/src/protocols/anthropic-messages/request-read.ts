import type { CallFacts } from '../../ir/codec.ts';
import { isEffort } from '../../ir/effort.ts';
import type { Read } from '../../ir/loss.ts';
import type { IrMessage, IrRequest, IrTool, Reasoning, ResponseFormat, ToolChoice } from '../../ir/request.ts';
import { at, flagAt, isObject, numberAt, objectAt, objectsAt, restOf, textAt, textsAt } from '../../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';
import { versionFault } from './versions.ts';
import { hostedToolOf, readCache, readContent } from './blocks-read.ts';

const by = 'anthropic-messages';

const requestKeys: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'stream',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'metadata',
  'service_tier',
]);

/** Reads a Messages request. Never throws, on any JSON. */
export function readMessagesRequest(json: JsonObject, call: CallFacts): Read<IrRequest> | Invalid {
  const model = call.model ?? textAt(json, 'model');
  if (model === undefined || model === '') return { invalid: '"model" must be a non-empty string.', param: 'model' };
  const fault = versionFault(json, call.version);
  if (fault) return fault;
  const raw = at(json, 'messages');
  if (!Array.isArray(raw)) return { invalid: '"messages" must be an array.', param: 'messages' };
  const messages: IrMessage[] = [];
  const system = readContent(at(json, 'system'));
  if (system.length > 0) messages.push({ role: 'system', parts: system });
  for (const [i, entry] of (raw as readonly Json[]).entries()) {
    const message = readMessage(entry);
    if (!message)
      return { invalid: `"messages[${i}]" must be a message of "user" or "assistant".`, param: `messages[${i}]` };
    messages.push(message);
  }
  const metadata = objectAt(json, 'metadata');
  const config = objectAt(json, 'output_config') ?? {};
  const stop = textsAt(json, 'stop_sequences');
  const choice = objectAt(json, 'tool_choice');
  const parallel = choice && flagAt(choice, 'disable_parallel_tool_use');
  const value: IrRequest = {
    by,
    model,
    messages,
    stream: call.stream ?? flagAt(json, 'stream') ?? false,
    tools: readTools(json),
    toolChoice: choice && readToolChoice(choice),
    parallelToolCalls: parallel === undefined ? undefined : !parallel,
    sampling: readSampling(json),
    maxOutputTokens: numberAt(json, 'max_tokens'),
    stop: stop.length > 0 ? stop : undefined,
    format: readFormat(config),
    reasoning: readReasoning(json, config),
    user: metadata && textAt(metadata, 'user_id'),
    serviceTier: textAt(json, 'service_tier'),
    extensions: readExtensions(json, metadata, config),
  };
  return { value, losses: [] };
}

function readMessage(json: Json): IrMessage | undefined {
  if (!isObject(json)) return undefined;
  const role = textAt(json, 'role');
  if (role !== 'user' && role !== 'assistant' && role !== 'system') return undefined;
  const fields = restOf(json, messageKeys);
  return { role, parts: readContent(at(json, 'content')), extensions: fields && { by, fields } };
}

const messageKeys: ReadonlySet<string> = new Set(['role', 'content']);

function readSampling(json: JsonObject): IrRequest['sampling'] {
  const temperature = numberAt(json, 'temperature');
  const topP = numberAt(json, 'top_p');
  const topK = numberAt(json, 'top_k');
  return temperature === undefined && topP === undefined && topK === undefined
    ? undefined
    : { temperature, topP, topK };
}

function readExtensions(
  json: JsonObject,
  metadata: JsonObject | undefined,
  config: JsonObject,
): IrRequest['extensions'] {
  const fields: Record<string, Json> = { ...restOf(json, requestKeys) };
  const otherMetadata = metadata && restOf(metadata, new Set(['user_id']));
  if (otherMetadata) fields['metadata'] = otherMetadata;
  const otherConfig = restOf(config, new Set(['effort', 'format']));
  if (otherConfig) fields['output_config'] = otherConfig;
  return Object.keys(fields).length > 0 ? { by, fields } : undefined;
}

const toolKeys: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
]);

function readTools(json: JsonObject): readonly IrTool[] | undefined {
  const tools = objectsAt(json, 'tools').map(readTool);
  return tools.length > 0 ? tools : undefined;
}

function readTool(json: JsonObject): IrTool {
  const type = textAt(json, 'type') ?? 'custom';
  const cache = readCache(json);
  const name = textAt(json, 'name') ?? '';
  if (type === 'custom') {
    const fields = restOf(json, toolKeys);
    return {
      type: 'function',
      name,
      description: textAt(json, 'description'),
      schema: objectAt(json, 'input_schema'),
      strict: flagAt(json, 'strict'),
      cache,
      extensions: fields && { by, fields },
    };
  }
  const allowed = textsAt(json, 'allowed_domains');
  const blocked = textsAt(json, 'blocked_domains');
  return {
    type: 'hosted',
    tool: hostedToolOf(type),
    by,
    raw: json,
    name,
    maxUses: numberAt(json, 'max_uses'),
    allowedDomains: allowed.length > 0 ? allowed : undefined,
    blockedDomains: blocked.length > 0 ? blocked : undefined,
    userLocation: objectAt(json, 'user_location'),
    cache,
  };
}

function readToolChoice(json: JsonObject): ToolChoice | undefined {
  switch (textAt(json, 'type')) {
    case 'auto':
      return { type: 'auto' };
    case 'any':
      return { type: 'required' };
    case 'none':
      return { type: 'none' };
    case 'tool':
      return { type: 'tool', name: textAt(json, 'name') ?? '', kind: 'function' };
    default:
      return undefined;
  }
}

function readFormat(config: JsonObject): ResponseFormat | undefined {
  const format = objectAt(config, 'format');
  const schema = format && objectAt(format, 'schema');
  return schema && { type: 'schema', schema, strict: true };
}

function readReasoning(json: JsonObject, config: JsonObject): Reasoning | undefined {
  const thinking = objectAt(json, 'thinking');
  const word = textAt(config, 'effort');
  const effort = isEffort(word) ? word : undefined;
  if (!thinking) return effort && { effort };
  const type = textAt(thinking, 'type');
  const display = textAt(thinking, 'display');
  return {
    mode: type === 'enabled' ? 'on' : type === 'disabled' ? 'off' : 'adaptive',
    budgetTokens: type === 'enabled' ? numberAt(thinking, 'budget_tokens') : undefined,
    effort,
    summary: display === 'omitted' ? 'none' : type === 'disabled' ? undefined : 'auto',
  };
}
