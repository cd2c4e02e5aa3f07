import type { CallFacts } from '../../ir/codec.ts';
import type { Read } from '../../ir/loss.ts';
import type { Part } from '../../ir/part.ts';
import type { Effort, IrMessage, IrRequest, Reasoning, ResponseFormat } from '../../ir/request.ts';
import { isEffort } from '../../ir/effort.ts';
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
import { openCallTracker, type CallTracker } from './calls.ts';
import { camelKeys, unknownIn } from './cases.ts';
import { joinFragments } from './fragments.ts';
import { readPart } from './parts-read.ts';
import { readSchema } from './schema-read.ts';
import { readToolConfig, readTools } from './tools-read.ts';

const by = 'gemini';

const requestKeys: ReadonlySet<string> = new Set([
  'model',
  'contents',
  'systemInstruction',
  'generationConfig',
  'tools',
  'toolConfig',
  'serviceTier',
]);

const configKeys: ReadonlySet<string> = new Set([
  'temperature',
  'topP',
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'maxOutputTokens',
  'stopSequences',
  'candidateCount',
  'responseLogprobs',
  'logprobs',
  'responseModalities',
  'thinkingConfig',
]);

/**
 * Reads a `generateContent` request. The model and whether it streams stand in the path, so `call` tells them. Fields in
 * snake_case are read as well. Never throws, on any JSON.
 */
export function readGeminiRequest(json: JsonObject, call: CallFacts): Read<IrRequest> | Invalid {
  const body = camelKeys(json);
  const model = call.model ?? textAt(body, 'model')?.replace(/^models\//, '');
  if (model === undefined || model === '') return { invalid: 'The path must name a model.', param: 'model' };
  const contents = at(body, 'contents');
  if (!isList(contents)) return { invalid: '"contents" must be an array.', param: 'contents' };
  const calls = openCallTracker();
  const messages: IrMessage[] = [];
  const system = readSystem(at(body, 'systemInstruction'), calls);
  if (system) messages.push(system);
  for (const [i, entry] of contents.entries()) {
    const message = readContent(entry, calls);
    if (!message)
      return { invalid: `"contents[${i}]" must be a content of "user" or "model".`, param: `contents[${i}]` };
    messages.push(message);
  }
  const written = objectAt(body, 'generationConfig') ?? {};
  const config = camelKeys(written);
  const { choice, rest, losses } = readToolConfig(body);
  const stop = textsAt(config, 'stopSequences');
  const format = readFormat(config);
  const value: IrRequest = {
    by,
    model,
    messages: joinFragments(messages),
    stream: call.stream ?? false,
    tools: readTools(body),
    toolChoice: choice,
    sampling: readSampling(config),
    maxOutputTokens: numberAt(config, 'maxOutputTokens'),
    stop: stop.length > 0 ? stop : undefined,
    choices: numberAt(config, 'candidateCount'),
    logprobs: flagAt(config, 'responseLogprobs') === true ? { top: numberAt(config, 'logprobs') } : undefined,
    format: format.format,
    reasoning: readThinking(objectAt(config, 'thinkingConfig')),
    modalities: readModalities(config),
    serviceTier: readTier(body),
    extensions: readExtensions(json, written, format.read, rest),
  };
  return { value, losses };
}

function readSystem(json: Json | undefined, calls: CallTracker): IrMessage | undefined {
  if (typeof json === 'string') return { role: 'system', parts: [{ type: 'text', text: json }] };
  const parts = isObject(json) ? partsOf(json, calls) : [];
  return parts.length > 0 ? { role: 'system', parts } : undefined;
}

/** The parts of a content; a single one may stand without its list. */
function partsOf(content: JsonObject, calls: CallTracker): readonly Part[] {
  const written = at(content, 'parts');
  return (isList(written) ? written : [written]).filter(isObject).map((part) => readPart(camelKeys(part), calls));
}

const contentKeys: ReadonlySet<string> = new Set(['role', 'parts']);

function readContent(json: Json, calls: CallTracker): IrMessage | undefined {
  if (!isObject(json)) return undefined;
  const role = textAt(json, 'role') ?? 'user';
  if (role !== 'user' && role !== 'model' && role !== 'function' && role !== 'system') return undefined;
  const fields = restOf(json, contentKeys);
  return {
    role: role === 'model' ? 'assistant' : role === 'system' ? 'system' : 'user',
    parts: partsOf(json, calls),
    extensions: fields && { by, fields },
  };
}

function readSampling(config: JsonObject): IrRequest['sampling'] {
  const sampling = {
    temperature: numberAt(config, 'temperature'),
    topP: numberAt(config, 'topP'),
    topK: numberAt(config, 'topK'),
    frequencyPenalty: numberAt(config, 'frequencyPenalty'),
    presencePenalty: numberAt(config, 'presencePenalty'),
    seed: exactNumberAt(config, 'seed'),
  };
  return Object.values(sampling).some((value) => value !== undefined) ? sampling : undefined;
}

type Format = { readonly format?: ResponseFormat | undefined; readonly read: readonly string[] };

/** The format, and which fields it was read from: one that is not understood is left to the extensions. */
function readFormat(config: JsonObject): Format {
  const mime = textAt(config, 'responseMimeType');
  const json = objectAt(config, 'responseJsonSchema') ?? objectAt(config, '_responseJsonSchema');
  const schema = json ?? objectAt(config, 'responseSchema');
  if (mime === 'application/json' || (mime === undefined && schema)) {
    const read = ['responseMimeType', 'responseSchema', 'responseJsonSchema', '_responseJsonSchema'];
    if (!schema) return { format: { type: 'json' }, read };
    return { format: { type: 'schema', schema: json ? schema : readSchema(schema), strict: true }, read };
  }
  return mime === 'text/plain' ? { format: { type: 'text' }, read: ['responseMimeType'] } : { read: [] };
}

function readThinking(written: JsonObject | undefined): Reasoning | undefined {
  if (!written) return undefined;
  const json = camelKeys(written);
  const budget = numberAt(json, 'thinkingBudget');
  const level = textAt(json, 'thinkingLevel')?.toLowerCase();
  const effort: Effort | undefined = isEffort(level) ? level : undefined;
  const shown = flagAt(json, 'includeThoughts');
  return {
    mode: budget === undefined ? undefined : budget < 0 ? 'adaptive' : budget === 0 ? 'off' : 'on',
    budgetTokens: budget !== undefined && budget > 0 ? budget : undefined,
    effort,
    summary: shown === undefined ? undefined : shown ? 'auto' : 'none',
  };
}

function readModalities(config: JsonObject): IrRequest['modalities'] {
  const words = textsAt(config, 'responseModalities').map((word) => word.toLowerCase());
  const known = words.filter((word) => word === 'text' || word === 'image' || word === 'audio');
  return known.length > 0 ? known : undefined;
}

/** `unspecified` is no choice, `standard` is what others call `default`. */
function readTier(body: JsonObject): string | undefined {
  const tier = textAt(body, 'serviceTier')?.toLowerCase();
  return tier === 'unspecified' ? undefined : tier === 'standard' ? 'default' : tier;
}

function readExtensions(
  body: JsonObject,
  config: JsonObject,
  formatKeys: readonly string[],
  toolConfig: JsonObject | undefined,
): IrRequest['extensions'] {
  const fields: Record<string, Json> = { ...unknownIn(body, requestKeys) };
  // Under their paths, so that a loss names the very field.
  const inner = {
    generationConfig: unknownIn(config, new Set([...configKeys, ...formatKeys])),
    toolConfig,
  };
  for (const [name, members] of Object.entries(inner))
    for (const [key, value] of Object.entries(members ?? {})) fields[`${name}.${key}`] = value;
  return Object.keys(fields).length > 0 ? { by, fields } : undefined;
}
