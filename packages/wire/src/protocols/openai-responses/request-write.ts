import type { RequestTarget } from '../../ir/codec.ts';
import { wantedEffort } from '../../ir/effort.ts';
import { openLossBook, type LossBook, type Read } from '../../ir/loss.ts';
import type { IrRequest } from '../../ir/request.ts';
import { compact, isObject, textsAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeInput } from './input-write.ts';
import { withStrictSchemas } from '../openai-chat/strict-schema.ts';
import { responsesTraits, type ResponsesTraits } from './models.ts';
import { writeTools } from './tools-write.ts';

const own = 'openai-responses';

/** The least that OpenAI takes as `max_output_tokens`. */
const LEAST_OUTPUT = 16;

/**
 * Writes a Responses request. Unless its client says otherwise nothing is stored at the provider, and thoughts come
 * back encrypted, so that the conversation can be carried on by whoever holds it.
 */
export function writeResponsesRequest(asked: IrRequest, target: RequestTarget): Read<JsonObject> {
  const book = openLossBook();
  const request = withStrictSchemas(asked, book);
  const traits = responsesTraits(target.model);
  const mine = request.by === own;
  const extra = request.extensions?.by === own ? request.extensions.fields : {};
  const { instructions, input } = writeInput(request, { traits, book });
  const reasoning = writeReasoning(request, traits, book);
  const include = [...textsAt(extra, 'include')];
  if (traits.reasoning || (!traits.plain && reasoning !== undefined && reasoning['effort'] !== 'none'))
    include.push('reasoning.encrypted_content');
  const logprobs = request.logprobs && refuses(request, traits) ? undefined : request.logprobs;
  if (request.logprobs && !logprobs) book.dropped('logprobs', "OpenAI's reasoning models refuse it");
  if (logprobs) include.push('message.output_text.logprobs');
  reportDropped(request, book);
  const value = compact({
    ...extra,
    model: target.model,
    instructions,
    input,
    ...writeTools(request, book),
    ...writeSampling(request, traits, book),
    max_output_tokens: writeCap(request.maxOutputTokens, book),
    top_logprobs: logprobs?.top,
    text: writeText(request, isObject(extra['text']) ? extra['text'] : {}),
    reasoning: merged(reasoning, extra['reasoning']),
    include: include.length > 0 ? include : undefined,
    metadata: request.metadata,
    user: request.user,
    prompt_cache_key: request.promptCacheKey,
    service_tier: writeTier(request.serviceTier, book),
    store: request.store ?? (mine ? undefined : false),
    stream: request.stream ? true : undefined,
  });
  return { value, losses: book.losses };
}

function merged(written: JsonObject | undefined, extra: unknown): JsonObject | undefined {
  return isObject(extra) ? { ...extra, ...written } : written;
}

/** Reasoning models refuse sampling parameters and log probabilities, unless they are told not to reason. */
function refuses(request: IrRequest, traits: ResponsesTraits): boolean {
  return traits.reasoning && (!request.reasoning || wantedEffort(request.reasoning) !== 'none');
}

function writeSampling(request: IrRequest, traits: ResponsesTraits, book: LossBook): JsonObject {
  const { sampling } = request;
  if (!sampling) return {};
  for (const key of ['topK', 'frequencyPenalty', 'presencePenalty', 'seed', 'logitBias'] as const)
    if (sampling[key] !== undefined) book.dropped(`sampling.${key}`, 'Responses has no such parameter');
  const { temperature, topP } = sampling;
  if (!refuses(request, traits)) return compact({ temperature, top_p: topP });
  // 1 is the default of both.
  if (temperature !== undefined && temperature !== 1)
    book.dropped('sampling.temperature', "OpenAI's reasoning models refuse it");
  if (topP !== undefined && topP !== 1) book.dropped('sampling.topP', "OpenAI's reasoning models refuse it");
  return {};
}

function writeCap(maxOutputTokens: number | undefined, book: LossBook): number | undefined {
  if (maxOutputTokens === undefined || maxOutputTokens >= LEAST_OUTPUT) return maxOutputTokens;
  book.approximated('maxOutputTokens', `OpenAI takes no less than ${LEAST_OUTPUT}`);
  return LEAST_OUTPUT;
}

function writeReasoning(request: IrRequest, traits: ResponsesTraits, book: LossBook): JsonObject | undefined {
  const { reasoning } = request;
  if (!reasoning) return undefined;
  const effort = wantedEffort(reasoning);
  if (traits.plain) {
    if (effort !== undefined && effort !== 'none') book.dropped('reasoning', 'the model does not reason');
    return undefined;
  }
  if (reasoning.budgetTokens !== undefined && effort !== undefined)
    book.approximated('reasoning.budgetTokens', `became effort ${effort}`);
  const summary = reasoning.summary === 'none' || effort === 'none' ? undefined : reasoning.summary;
  return effort === undefined && summary === undefined ? undefined : compact({ effort, summary });
}

/** `text`: the format of the answer, and how long it is to be. */
function writeText(request: IrRequest, extra: JsonObject): JsonObject | undefined {
  const text = compact({ ...extra, format: writeFormat(request), verbosity: request.verbosity });
  return Object.keys(text).length > 0 ? text : undefined;
}

/** `text.format`; flat, where Chat's is nested. */
export function writeFormat(request: IrRequest): JsonObject | undefined {
  const { format } = request;
  switch (format?.type) {
    case undefined:
      return undefined;
    case 'text':
      return { type: 'text' };
    case 'json':
      return { type: 'json_object' };
    case 'schema':
      return compact({
        type: 'json_schema',
        name: format.name ?? 'answer',
        description: format.description,
        schema: format.schema,
        strict: format.strict,
      });
  }
}

/** OpenAI's words for how quickly it serves. */
export const tiers: ReadonlySet<string> = new Set([
  'auto',
  'default',
  'flex',
  'scale',
  'priority',
  'fast',
  'ultrafast',
]);

function writeTier(tier: string | undefined, book: LossBook): string | undefined {
  if (tier === undefined || tiers.has(tier)) return tier;
  if (tier === 'standard_only' || tier === 'standard') return 'default';
  book.dropped('serviceTier', `OpenAI has no tier "${tier}"`);
  return undefined;
}

/** What the protocol has no place for. */
function reportDropped(request: IrRequest, book: LossBook): void {
  book.extensions('', request.extensions, own);
  if ((request.choices ?? 1) > 1) book.dropped('choices', 'Responses gives one answer');
  if (request.stop && request.stop.length > 0) book.dropped('stop', 'Responses has no stop sequences');
  if (request.modalities?.some((kind) => kind !== 'text')) book.dropped('modalities', 'Responses answers in text');
  if (request.audioOutput) book.dropped('audioOutput', 'Responses answers in text');
}
