import type { RequestTarget } from '../../ir/codec.ts';
import { wantedEffort } from '../../ir/effort.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
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
 * Writes a Responses request. Unless its client says otherwise nothing is stored at the provider, and reasoning comes
 * back encrypted, so that the conversation can be carried on by whoever holds it.
 */
export function writeResponsesRequest(asked: IrRequest, target: RequestTarget): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const request = withStrictSchemas(asked, lossTracker);
  const traits = responsesTraits(target.traits);
  const mine = request.by === own;
  const extra = request.extensions?.by === own ? request.extensions.fields : {};
  const { instructions, input } = writeInput(request, { traits, lossTracker });
  const reasoning = writeReasoning(request, traits, lossTracker);
  const include = [...textsAt(extra, 'include')];
  if (traits.reasoning || (!traits.plain && reasoning !== undefined && reasoning['effort'] !== 'none'))
    include.push('reasoning.encrypted_content');
  const logprobs = request.logprobs && refuses(request, traits) ? undefined : request.logprobs;
  if (request.logprobs && !logprobs) lossTracker.dropped('logprobs', "OpenAI's reasoning models refuse it");
  if (logprobs) include.push('message.output_text.logprobs');
  reportDropped(request, lossTracker);
  const value = compact({
    ...extra,
    model: target.model,
    instructions,
    input,
    ...writeTools(request, lossTracker),
    ...writeSampling(request, traits, lossTracker),
    max_output_tokens: writeCap(request.maxOutputTokens, lossTracker),
    top_logprobs: logprobs?.top,
    text: writeText(request, isObject(extra['text']) ? extra['text'] : {}),
    reasoning: merged(reasoning, extra['reasoning']),
    include: include.length > 0 ? include : undefined,
    metadata: request.metadata,
    user: request.user,
    prompt_cache_key: request.promptCacheKey,
    service_tier: writeTier(request.serviceTier, lossTracker),
    store: request.store ?? (mine ? undefined : false),
    stream: request.stream ? true : undefined,
  });
  return { value, losses: lossTracker.losses };
}

function merged(written: JsonObject | undefined, extra: unknown): JsonObject | undefined {
  return isObject(extra) ? { ...extra, ...written } : written;
}

/** Reasoning models refuse sampling parameters and log probabilities, unless they are told not to reason. */
function refuses(request: IrRequest, traits: ResponsesTraits): boolean {
  return traits.reasoning && (!request.reasoning || wantedEffort(request.reasoning) !== 'none');
}

function writeSampling(request: IrRequest, traits: ResponsesTraits, lossTracker: LossTracker): JsonObject {
  const { sampling } = request;
  if (!sampling) return {};
  for (const key of ['topK', 'frequencyPenalty', 'presencePenalty', 'seed', 'logitBias'] as const)
    if (sampling[key] !== undefined) lossTracker.dropped(`sampling.${key}`, 'Responses has no such parameter');
  const { temperature, topP } = sampling;
  if (!refuses(request, traits)) return compact({ temperature, top_p: topP });
  // 1 is the default of both.
  if (temperature !== undefined && temperature !== 1)
    lossTracker.dropped('sampling.temperature', "OpenAI's reasoning models refuse it");
  if (topP !== undefined && topP !== 1) lossTracker.dropped('sampling.topP', "OpenAI's reasoning models refuse it");
  return {};
}

function writeCap(maxOutputTokens: number | undefined, lossTracker: LossTracker): number | undefined {
  if (maxOutputTokens === undefined || maxOutputTokens >= LEAST_OUTPUT) return maxOutputTokens;
  lossTracker.approximated('maxOutputTokens', `OpenAI takes no less than ${LEAST_OUTPUT}`);
  return LEAST_OUTPUT;
}

function writeReasoning(request: IrRequest, traits: ResponsesTraits, lossTracker: LossTracker): JsonObject | undefined {
  const { reasoning } = request;
  if (!reasoning) return undefined;
  const effort = wantedEffort(reasoning);
  if (traits.plain) {
    if (effort !== undefined && effort !== 'none') lossTracker.dropped('reasoning', 'the model does not reason');
    return undefined;
  }
  if (reasoning.budgetTokens !== undefined && effort !== undefined)
    lossTracker.approximated('reasoning.budgetTokens', `became effort ${effort}`);
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

function writeTier(tier: string | undefined, lossTracker: LossTracker): string | undefined {
  if (tier === undefined || tiers.has(tier)) return tier;
  if (tier === 'standard_only' || tier === 'standard') return 'default';
  lossTracker.dropped('serviceTier', `OpenAI has no tier "${tier}"`);
  return undefined;
}

/** What the protocol has no place for. */
function reportDropped(request: IrRequest, lossTracker: LossTracker): void {
  lossTracker.extensions('', request.extensions, own);
  if ((request.choices ?? 1) > 1) lossTracker.dropped('choices', 'Responses gives one answer');
  if (request.stop && request.stop.length > 0) lossTracker.dropped('stop', 'Responses has no stop sequences');
  if (request.modalities?.some((kind) => kind !== 'text'))
    lossTracker.dropped('modalities', 'Responses answers in text');
  if (request.audioOutput) lossTracker.dropped('audioOutput', 'Responses answers in text');
}
