import type { CallFacts } from '../../ir/codec.ts';
import { isEffort } from '../../ir/effort.ts';
import type { Loss, Read } from '../../ir/loss.ts';
import type { IrMessage, IrRequest, Reasoning, ResponseFormat } from '../../ir/request.ts';
import {
  at,
  exactNumberAt,
  flagAt,
  isList,
  isObject,
  numberAt,
  objectAt,
  restOf,
  textAt,
  textsAt,
} from '../../json/fields.ts';
import type { Invalid, Json, JsonObject } from '../../protocol.ts';
import { readInput } from './steps-read.ts';
import { readToolChoice, readTools } from './tools-read.ts';

const by = 'gemini-interactions';

const requestKeys: ReadonlySet<string> = new Set([
  'model',
  'input',
  'system_instruction',
  'generation_config',
  'tools',
  'response_format',
  'response_mime_type',
  'response_modalities',
  'service_tier',
  'store',
  'stream',
]);

const configKeys: ReadonlySet<string> = new Set([
  'temperature',
  'top_p',
  'seed',
  'max_output_tokens',
  'stop_sequences',
  'thinking_level',
  'thinking_summaries',
  'tool_choice',
]);

/** What only the API itself can do, and why a request that asks for it is refused elsewhere. */
const onlyThere = {
  previous_interaction_id: 'names an interaction that Google keeps; send the whole conversation as "input"',
  continuation_token: 'goes on with an answer that Google began',
  agent: 'names an agent that Google runs',
} as const;

/**
 * Reads a request for an interaction. One that leans on state at Google, or asks one of its agents, is invalid: another
 * protocol's upstream has neither. Never throws, on any JSON.
 */
export function readInteractionsRequest(json: JsonObject, call: CallFacts): Read<IrRequest> | Invalid {
  for (const [key, why] of Object.entries(onlyThere))
    if ((json[key] ?? undefined) !== undefined)
      return { invalid: `"${key}" ${why}: no channel that serves this model speaks the Interactions API.`, param: key };
  if (flagAt(json, 'background') === true)
    return { invalid: '"background" is served by channels that speak the Interactions API only.', param: 'background' };
  const model = call.model ?? textAt(json, 'model') ?? '';
  if (model === '') return { invalid: '"model" must be a non-empty string.', param: 'model' };
  const read = readInput(at(json, 'input') ?? []);
  if (!read) return { invalid: '"input" must be a string, content, or an array of content or steps.', param: 'input' };
  const instruction = textAt(json, 'system_instruction');
  const system: readonly IrMessage[] =
    instruction === undefined ? [] : [{ role: 'system', parts: [{ type: 'text', text: instruction }] }];
  const config = objectAt(json, 'generation_config') ?? {};
  const { choice, losses } = readToolChoice(config);
  const stop = textsAt(config, 'stop_sequences');
  const format = readFormat(json);
  const value: IrRequest = {
    by,
    model,
    messages: [...system, ...read],
    stream: call.stream ?? flagAt(json, 'stream') ?? false,
    tools: readTools(json),
    toolChoice: choice,
    sampling: readSampling(config),
    maxOutputTokens: numberAt(config, 'max_output_tokens'),
    stop: stop.length > 0 ? stop : undefined,
    format: format.format,
    reasoning: readThinking(config),
    modalities: format.modalities,
    serviceTier: readTier(json),
    store: flagAt(json, 'store'),
    extensions: readExtensions(json, config),
  };
  return { value, losses: [...losses, ...format.losses] };
}

function readSampling(config: JsonObject): IrRequest['sampling'] {
  const sampling = {
    temperature: numberAt(config, 'temperature'),
    topP: numberAt(config, 'top_p'),
    seed: exactNumberAt(config, 'seed'),
  };
  return Object.values(sampling).some((value) => value !== undefined) ? sampling : undefined;
}

type Formats = {
  readonly format?: ResponseFormat | undefined;
  readonly modalities?: IrRequest['modalities'];
  readonly losses: readonly Loss[];
};

/** `response_format`: what kinds of output are wanted, and of which shape the text; `response_mime_type` said it before. */
function readFormat(body: JsonObject): Formats {
  const written = at(body, 'response_format');
  const entries = (isList(written) ? written : [written]).filter(isObject);
  const modalities: ('text' | 'image' | 'audio')[] = [];
  let format: ResponseFormat | undefined;
  const losses: Loss[] = [];
  for (const entry of entries) {
    const type = textAt(entry, 'type');
    if (type === 'image' || type === 'audio') {
      modalities.push(type);
      const rest = restOf(entry, new Set(['type']));
      for (const key of Object.keys(rest ?? {})) losses.push(lost(`response_format.${key}`));
    } else if (type === 'text' && !isShapeOnly(entry)) {
      modalities.push('text');
      format ??= readTextFormat(entry, body);
    } else if (type === 'video') losses.push(lost('response_format.video'));
    // A bare schema, as the API took it first; `type` is the schema's own.
    else format ??= { type: 'schema', schema: entry, strict: true };
  }
  if (entries.length === 0 && textAt(body, 'response_mime_type') === 'application/json') format = { type: 'json' };
  for (const word of textsAt(body, 'response_modalities').map((one) => one.toLowerCase()))
    if (word === 'text' || word === 'image' || word === 'audio') modalities.push(word);
  const wanted = [...new Set(modalities)];
  const onlyText = wanted.every((word) => word === 'text');
  return { format, modalities: onlyText ? undefined : wanted, losses };
}

const lost = (path: string): Loss => ({ path, kind: 'dropped', detail: `only ${by} has it` });

/** A schema of a text, not a format: nothing of it is a format's. */
const isShapeOnly = (entry: JsonObject): boolean => 'properties' in entry || 'items' in entry || 'enum' in entry;

function readTextFormat(entry: JsonObject, body: JsonObject): ResponseFormat | undefined {
  const mime = textAt(entry, 'mime_type') ?? textAt(body, 'response_mime_type');
  const schema = objectAt(entry, 'schema');
  if (schema) return { type: 'schema', schema, strict: true };
  if (mime === 'application/json') return { type: 'json' };
  return mime === 'text/plain' ? { type: 'text' } : undefined;
}

function readThinking(config: JsonObject): Reasoning | undefined {
  const level = textAt(config, 'thinking_level')?.toLowerCase();
  const shown = textAt(config, 'thinking_summaries')?.toLowerCase();
  const effort = isEffort(level) ? level : undefined;
  const summary = shown === 'auto' || shown === 'none' ? shown : undefined;
  return effort === undefined && summary === undefined ? undefined : { effort, summary };
}

/** `standard` is what others call `default`. */
function readTier(body: JsonObject): string | undefined {
  const tier = textAt(body, 'service_tier')?.toLowerCase();
  return tier === 'standard' ? 'default' : tier;
}

function readExtensions(body: JsonObject, config: JsonObject): IrRequest['extensions'] {
  const fields: Record<string, Json> = { ...restOf(body, requestKeys) };
  // Under their paths, so that a loss names the very field.
  for (const [key, value] of Object.entries(restOf(config, configKeys) ?? {}))
    fields[`generation_config.${key}`] = value;
  delete fields['background'];
  return Object.keys(fields).length > 0 ? { by, fields } : undefined;
}
