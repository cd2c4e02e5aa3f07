import { isList, isObject, numberAt } from '../json/fields.ts';
import type { Loss } from '../ir/loss.ts';
import type { Modality, ModelTraits } from '../models/traits.ts';
import type { Json, JsonObject, ProtocolId } from '../protocol.ts';

/** Where a protocol's requests say what a model may not take. Names in all the spellings that are read. */
type Places = {
  /** Objects in which the first two stand; the body itself where there are none. */
  readonly within?: readonly string[];
  readonly maxOutputTokens: readonly string[];
  /** Temperature first: where a model takes one of them, it is that one. */
  readonly sampling: readonly string[];
  /** What models that take no sampling parameters refuse too. */
  readonly likelihoods: readonly string[];
  /** How much is to be reasoned, and that the answer follows a schema; where within a field, behind a point. */
  readonly reasoning: readonly string[];
  readonly schema: readonly string[];
  readonly tools: readonly string[];
  readonly conversation: string;
  /** A part that says a text. */
  text(text: string): JsonObject;
  /** What a part brings beside text. */
  modalityOf(part: JsonObject): Modality | undefined;
};

const byType =
  (types: Readonly<Record<string, Modality>>) =>
  ({ type }: JsonObject): Modality | undefined =>
    typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : undefined;

const byMediaType = (mediaType: Json | undefined): Modality | undefined => {
  if (typeof mediaType !== 'string') return undefined;
  if (mediaType === 'application/pdf') return 'pdf';
  const kind = mediaType.slice(0, mediaType.indexOf('/'));
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : undefined;
};

/** Fields of Gemini's configuration, in both of its spellings. */
const inConfig = (...names: readonly string[]): readonly string[] =>
  ['generationConfig', 'generation_config'].flatMap((config) => names.map((name) => `${config}.${name}`));

const places: Readonly<Partial<Record<ProtocolId, Places>>> = {
  'openai-chat': {
    maxOutputTokens: ['max_completion_tokens', 'max_tokens'],
    sampling: ['temperature', 'top_p'],
    likelihoods: ['presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'logit_bias'],
    reasoning: ['reasoning_effort', 'reasoning', 'thinking'],
    schema: ['response_format'],
    tools: ['tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'],
    conversation: 'messages',
    text: (text) => ({ type: 'text', text }),
    modalityOf: byType({ image_url: 'image', input_audio: 'audio', video_url: 'video', file: 'pdf' }),
  },
  'openai-responses': {
    maxOutputTokens: ['max_output_tokens'],
    sampling: ['temperature', 'top_p'],
    likelihoods: ['top_logprobs'],
    reasoning: ['reasoning'],
    schema: ['text.format'],
    tools: ['tools', 'tool_choice', 'parallel_tool_calls', 'max_tool_calls'],
    conversation: 'input',
    text: (text) => ({ type: 'input_text', text }),
    modalityOf: byType({ input_image: 'image', input_audio: 'audio', input_video: 'video', input_file: 'pdf' }),
  },
  'anthropic-messages': {
    maxOutputTokens: ['max_tokens'],
    sampling: ['temperature', 'top_p', 'top_k'],
    likelihoods: [],
    reasoning: ['thinking', 'output_config.effort'],
    schema: ['output_format', 'output_config.format'],
    tools: ['tools', 'tool_choice'],
    conversation: 'messages',
    text: (text) => ({ type: 'text', text }),
    modalityOf: (part) =>
      part['type'] === 'document' && isObject(part['source']) && part['source']['type'] === 'text'
        ? undefined
        : byType({ image: 'image', document: 'pdf' })(part),
  },
  'gemini-interactions': {
    within: ['generation_config'],
    maxOutputTokens: ['max_output_tokens'],
    sampling: ['temperature', 'top_p'],
    likelihoods: ['presence_penalty', 'frequency_penalty'],
    reasoning: ['generation_config.thinking_level', 'generation_config.thinking_summaries'],
    schema: ['response_format'],
    tools: ['tools', 'tool_choice'],
    conversation: 'input',
    text: (text) => ({ type: 'text', text }),
    modalityOf: byType({ image: 'image', audio: 'audio', video: 'video', document: 'pdf' }),
  },
  gemini: {
    within: ['generationConfig', 'generation_config'],
    maxOutputTokens: ['maxOutputTokens', 'max_output_tokens'],
    sampling: ['temperature', 'topP', 'top_p', 'topK', 'top_k'],
    likelihoods: [
      'presencePenalty',
      'presence_penalty',
      'frequencyPenalty',
      'frequency_penalty',
      'responseLogprobs',
      'response_logprobs',
      'logprobs',
    ],
    reasoning: inConfig('thinkingConfig', 'thinking_config'),
    schema: inConfig('responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema'),
    tools: ['tools', 'toolConfig', 'tool_config'],
    conversation: 'contents',
    text: (text) => ({ text }),
    modalityOf(part) {
      const data = part['inlineData'] ?? part['inline_data'] ?? part['fileData'] ?? part['file_data'];
      return isObject(data) ? byMediaType(data['mimeType'] ?? data['mime_type']) : undefined;
    },
  },
};

/** A request as a model takes it, and what that cost. */
export type FittedRequest = { readonly json: JsonObject; readonly losses: readonly Loss[] };

/**
 * What of a chat request its model cannot take, taken out or cut: output beyond its limit, sampling parameters that it
 * refuses, tools and media that it knows nothing of. Only by what is known of the model. Undefined where all of it fits.
 */
export function fitModel(protocol: ProtocolId, json: JsonObject, model: ModelTraits): FittedRequest | undefined {
  const at = places[protocol];
  if (!at) return undefined;
  const losses: Loss[] = [];
  let fitted = configured(json, at, model, losses);
  if (model.can?.tools === false) fitted = withoutTools(fitted, at, losses);
  if (model.can?.reasoning === false || model.reasoning?.by === 'none')
    fitted = withoutFields(fitted, at.reasoning, { but: isSwitchedOff, detail: 'the model does not reason' }, losses);
  if (model.can?.structuredOutput === false)
    fitted = withoutFields(fitted, at.schema, { but: isNoSchema, detail: 'the model follows no schema' }, losses);
  const takes = takenBy(model);
  if (takes) fitted = withoutMedia(fitted, at, takes, losses);
  return losses.length === 0 ? undefined : { json: fitted, losses };
}

/** Who sees pictures is given documents as pictures where it reads none. */
const takenBy = ({ input }: ModelTraits): ReadonlySet<Modality> | undefined =>
  input && new Set<Modality>(input.includes('image') ? [...input, 'pdf'] : input);

function withoutTools(json: JsonObject, at: Places, losses: Loss[]): JsonObject {
  const detail = 'the model uses no tools';
  let fitted = without(json, at.tools, '', detail, losses);
  for (const name of at.within ?? []) {
    const config = fitted[name];
    if (!isObject(config)) continue;
    const left = without(config, at.tools, `${name}.`, detail, losses);
    if (left !== config) fitted = { ...fitted, [name]: left };
  }
  return fitted;
}

function configured(json: JsonObject, at: Places, model: ModelTraits, losses: Loss[]): JsonObject {
  if (!at.within) return limited(json, at, '', model, losses);
  let fitted = json;
  for (const name of at.within) {
    const config = json[name];
    if (!isObject(config)) continue;
    const limitedConfig = limited(config, at, `${name}.`, model, losses);
    if (limitedConfig !== config) fitted = { ...fitted, [name]: limitedConfig };
  }
  return fitted;
}

function limited(json: JsonObject, at: Places, path: string, model: ModelTraits, losses: Loss[]): JsonObject {
  let fitted = json;
  const { maxOutputTokens: most, sampling } = model;
  for (const name of at.maxOutputTokens) {
    if (most === undefined || (numberAt(json, name) ?? 0) <= most) continue;
    fitted = { ...fitted, [name]: most };
    losses.push({ path: path + name, kind: 'approximated', detail: `the model writes ${most} tokens at most` });
  }
  if (sampling !== 'none' && sampling !== 'one') return fitted;
  // 1 is what holds where nothing is said, and taken by who takes nothing else.
  const said = at.sampling.filter((name) => Object.hasOwn(json, name) && json[name] !== 1 && json[name] !== null);
  // A model of which none is taken compares no likelihoods either: https://learn.microsoft.com/azure/ai-services/openai/how-to/reasoning
  const refused =
    sampling === 'none' ? [...said, ...at.likelihoods.filter((name) => isSaid(json[name]))] : said.slice(1);
  const why = sampling === 'none' ? 'the model takes no sampling parameters' : 'the model takes one sampling parameter';
  return without(fitted, refused, path, why, losses);
}

/** Thinking that is switched off is none. */
const isSwitchedOff = (value: Json): boolean => isObject(value) && value['type'] === 'disabled';

/** JSON of any shape, or plain text. */
const isNoSchema = (value: Json): boolean =>
  isObject(value) && (value['type'] === 'json_object' || (value['type'] === 'text' && !('schema' in value)));

type Unwanted = { readonly detail: string; but(value: Json): boolean };

/** Without fields that stand in the body or, behind a point, in one of its own. An object of which nothing is left goes too. */
function withoutFields(
  json: JsonObject,
  paths: readonly string[],
  { detail, but }: Unwanted,
  losses: Loss[],
): JsonObject {
  let fitted = json;
  for (const path of paths) {
    const [outer = '', inner] = path.split('.');
    const holder = inner === undefined ? fitted : fitted[outer];
    const name = inner ?? outer;
    if (!isObject(holder)) continue;
    const value = holder[name];
    if (value === undefined || value === null || but(value)) continue;
    const left = without(holder, [name], inner === undefined ? '' : `${outer}.`, detail, losses);
    if (inner === undefined) fitted = left;
    else if (Object.keys(left).length > 0) fitted = { ...fitted, [outer]: left };
    else fitted = Object.fromEntries(Object.entries(fitted).filter(([key]) => key !== outer));
  }
  return fitted;
}

/** What changes nothing is not said. */
const isSaid = (value: Json | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  value !== 0 &&
  value !== false &&
  !(isObject(value) && Object.keys(value).length === 0);

function without(json: JsonObject, names: readonly string[], path: string, detail: string, losses: Loss[]): JsonObject {
  const there = names.filter((name) => Object.hasOwn(json, name) && json[name] !== null);
  if (there.length === 0) return json;
  for (const name of there) losses.push({ path: path + name, kind: 'dropped', detail });
  return Object.fromEntries(Object.entries(json).filter(([name]) => !there.includes(name)));
}

/** Where parts stand within messages, parts and results of tools. */
const nested: ReadonlySet<string> = new Set([
  'content',
  'output',
  'parts',
  'result',
  'functionResponse',
  'function_response',
]);

function withoutMedia(json: JsonObject, at: Places, takes: ReadonlySet<Modality>, losses: Loss[]): JsonObject {
  const fit = (value: Json, path: string): Json => {
    if (isList(value)) {
      const items = value.map((item, index) => fit(item, `${path}[${index}]`));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    if (!isObject(value)) return value;
    const modality = at.modalityOf(value);
    if (modality && !takes.has(modality)) {
      losses.push({
        path,
        kind: 'approximated',
        detail: `the model takes no ${modality}; it is told that one was here`,
      });
      return at.text(`[${modality}]`);
    }
    let fitted = value;
    for (const [name, inner] of Object.entries(value)) {
      if (!nested.has(name) || typeof inner !== 'object') continue;
      const fittedInner = fit(inner, `${path}.${name}`);
      if (fittedInner !== inner) fitted = { ...fitted, [name]: fittedInner };
    }
    return fitted;
  };
  const conversation = json[at.conversation];
  if (typeof conversation !== 'object') return json;
  const fitted = fit(conversation, at.conversation);
  return fitted === conversation ? json : { ...json, [at.conversation]: fitted };
}
