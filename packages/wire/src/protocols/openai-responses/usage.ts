import { readTier, type ServedAs, type ServedPart } from '../../ir/served-as.ts';
import { cacheWrites, inputTokens, outputTokens, type Usage } from '../../ir/usage.ts';
import { at, isObject, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import { undatedNames } from '../../models/undated.ts';
import type { JsonObject } from '../../protocol.ts';
import { readMediaUsage } from '../openai-media/usage.ts';
import { mostCount } from '../implausible.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Reads a raw usage object; a dialect may bring its own. */
export type UsageReader = (raw: Raw) => Usage | undefined;

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > mostCount) return undefined;
  return Math.ceil(value);
}

function details(value: unknown): Raw {
  return isObject(value) ? value : {};
}

/**
 * Reads a response's usage object into disjoint buckets. OpenAI counts inclusively: `input_tokens` holds what was read
 * from a cache and written to one, `output_tokens` the reasoning. Details that exceed their total are clamped, cached
 * tokens first. Writes of which no lifetime is told are counted with the shortest.
 * Undefined when neither side is reported. https://platform.openai.com/docs/api-reference/responses/object
 */
export function readResponsesUsage(raw: Raw): Usage | undefined {
  const input = count(raw['input_tokens']);
  const output = count(raw['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const usage: { -readonly [Bucket in keyof Usage]: number } = {};
  if (input !== undefined) {
    const parts = details(raw['input_tokens_details']);
    let rest = input;
    const take = (
      bucket: 'cacheRead' | 'cacheWrite5m' | 'cacheWrite30m' | 'cacheWrite12h' | 'inputAudio' | 'inputImage',
      value: unknown,
    ) => {
      const reported = count(value);
      if (reported === undefined) return;
      usage[bucket] = Math.min(reported, rest);
      rest -= usage[bucket];
    };
    take('cacheRead', parts['cached_tokens']);
    const written = count(parts['cache_write_tokens']);
    if (written !== undefined) {
      const split = details(parts['cache_write_tokens_details']);
      const long = Math.min(count(split['ttl_12h_tokens']) ?? 0, written);
      const short = Math.min(count(split['ttl_30m_tokens']) ?? 0, written - long);
      if (long > 0) take('cacheWrite12h', long);
      if (short > 0) take('cacheWrite30m', short);
      const untold = written - long - short;
      if (untold > 0 || written === 0) take('cacheWrite5m', untold);
    }
    take('inputAudio', parts['audio_tokens']);
    take('inputImage', parts['image_tokens']);
    usage.inputText = rest;
  }
  if (output !== undefined) {
    const parts = details(raw['output_tokens_details']);
    let rest = output;
    for (const [bucket, key] of outputDetails) {
      const reported = count(parts[key]);
      if (reported === undefined) continue;
      usage[bucket] = Math.min(reported, rest);
      rest -= usage[bucket];
    }
    usage.outputText = rest;
    const reasoning = count(parts['reasoning_tokens']);
    if (reasoning !== undefined) usage.reasoning = Math.min(reasoning, rest);
  }
  return usage;
}

const outputDetails = [
  ['outputAudio', 'audio_tokens'],
  ['outputImage', 'image_tokens'],
] as const;

/** What hosted tools did, by the buckets in which their uses are priced. */
type ToolUses = { readonly [Bucket in 'searches' | 'images' | 'fileSearches' | 'toolCalls']: number };

/**
 * What a whole response consumed: its usage, and what its hosted tools did, which is told beside it. They are counted by
 * the vendor where it tells, else by their items.
 */
export function usageOfResponse(response: JsonObject, readUsage: UsageReader): Usage | undefined {
  const raw = objectAt(response, 'usage');
  const usage = raw && readUsage(raw);
  if (!usage) return undefined;
  const seen = usesIn(response);
  const told = objectAt(objectAt(response, 'tool_usage') ?? {}, 'web_search');
  const searches = count(told && numberAt(told, 'num_requests')) ?? seen.searches;
  const uses: ToolUses = { ...seen, searches, ...usesTold(raw) };
  return { ...usage, ...Object.fromEntries(Object.entries(uses).filter(([, times]) => times > 0)) };
}

/**
 * Uses as the items tell them. Opening a found page is free. Of code and shells the containers are paid, each once, however
 * often it is used: https://developers.openai.com/api/docs/pricing
 */
function usesIn(response: JsonObject): ToolUses {
  let searches = 0;
  let images = 0;
  let fileSearches = 0;
  const containers = new Set<string>();
  for (const item of objectsAt(response, 'output')) {
    const container = containerOf(item);
    if (container !== undefined) containers.add(container);
    const type = textAt(item, 'type');
    if (type === 'web_search_call') searches += textAt(objectAt(item, 'action') ?? {}, 'type') === 'search' ? 1 : 0;
    else if (type === 'image_generation_call') images += textAt(item, 'result') === undefined ? 0 : 1;
    else if (type === 'file_search_call') fileSearches++;
  }
  return { searches, images, fileSearches, toolCalls: containers.size };
}

/** In which container of the vendor's an item ran, or whether it was in one that has no name. */
function containerOf(item: JsonObject): string | undefined {
  const type = textAt(item, 'type');
  if (type === 'code_interpreter_call') return textAt(item, 'container_id') ?? '';
  const environment = type === 'shell_call' ? objectAt(item, 'environment') : undefined;
  return environment && (textAt(environment, 'container_id') ?? undefined);
}

/**
 * xAI tells how often each of its tools ran for the answer, those that failed left out, as they are billed:
 * https://docs.x.ai/developers/tools/tool-usage-details
 */
function usesTold(raw: JsonObject): Omit<ToolUses, 'images'> | undefined {
  const told = objectAt(raw, 'server_side_tool_usage_details');
  if (!told) return undefined;
  const sum = (...names: readonly string[]): number =>
    names.reduce((all, name) => all + (count(numberAt(told, name)) ?? 0), 0);
  return {
    searches: sum('web_search_calls', 'x_search_calls'),
    toolCalls: sum('code_interpreter_calls', 'document_search_calls'),
    fileSearches: sum('file_search_calls'),
  };
}

/**
 * How a whole response was served: its tier, its images by size and quality, where their items tell, and what tokens the model that drew
 * them used. `usage` is what {@link usageOfResponse} read of it.
 */
export function servedAsOfResponse(response: JsonObject, usage: Usage | undefined): ServedAs | undefined {
  const tier = readTier(at(response, 'service_tier'));
  const images = usage?.images === undefined ? undefined : imageParts(response, usage);
  const drawing = usage && drawingOf(response);
  const parts = drawing ? [...(images ?? [{ usage }]), drawing] : images;
  return tier === undefined && parts === undefined ? undefined : { tier, parts };
}

function imageParts(response: JsonObject, { images: _, ...others }: Usage): readonly ServedPart[] | undefined {
  const kinds = new Map<string, ServedPart & { readonly usage: { readonly images: number } }>();
  for (const item of objectsAt(response, 'output')) {
    if (textAt(item, 'type') !== 'image_generation_call' || textAt(item, 'result') === undefined) continue;
    const size = textAt(item, 'size');
    const quality = textAt(item, 'quality');
    const kind = `${size} ${quality}`;
    kinds.set(kind, { size, quality, usage: { images: (kinds.get(kind)?.usage.images ?? 0) + 1 } });
  }
  const parts = [...kinds.values()];
  if (parts.every(({ size, quality }) => size === undefined && quality === undefined)) return undefined;
  return [{ usage: others }, ...parts];
}

/** The model that draws where the tool names none. https://platform.openai.com/docs/guides/tools-image-generation */
const usualPainter = 'gpt-image-1';

/** What the model behind `image_generation` used, which the usage of the response leaves out. */
function drawingOf(response: JsonObject): ServedPart | undefined {
  const told = objectAt(objectAt(response, 'tool_usage') ?? {}, 'image_gen');
  if (!told) return undefined;
  const cached = count(told['cached_tokens']) ?? 0;
  const split = { ...objectAt(told, 'input_tokens_details'), ...(cached > 0 && { cached_tokens: cached }) };
  const raw = { ...told, input_tokens_details: split };
  const usage = readMediaUsage(raw, { input: 'inputText', output: 'outputImage' });
  if (!usage || inputTokens(usage) + outputTokens(usage) === 0) return undefined;
  const tool = objectsAt(response, 'tools').find((one) => textAt(one, 'type') === 'image_generation');
  const model = textAt(tool ?? {}, 'model') ?? usualPainter;
  // The client names the painter: a name without a price must not draw for nothing.
  const orPricedAs = model === usualPainter ? undefined : [...undatedNames(model), usualPainter];
  return { model, usage, insteadOf: 'images', ...(orPricedAs && { orPricedAs }) };
}

/** Usage in OpenAI's words, inclusive. */
export function writeResponsesUsage(usage: Usage): JsonObject {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead ?? 0,
      cache_write_tokens: cacheWrites(usage),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: input + output,
  };
}
