import type { Bucket } from '@tollgate/contract/buckets';
import type { Modality } from '@tollgate/wire/models/traits';
import type { JsonObject, Operation, ProtocolId } from '@tollgate/wire/protocol';
import { formatDecimal } from '../../domain/decimal.ts';
import { serves } from '../../domain/model-operations.ts';
import type { Multiplier, Price } from '../../domain/price.ts';
import { multipliedExpression } from '../../domain/price-sheet.ts';
import { ruleFor, type PriceFacts } from '../../domain/price-rules.ts';
import { rateOf } from '../../domain/rates.ts';
import type { ListedModel } from './models.ts';

/** Gemini's methods, and what is asked by them. */
const methods: readonly (readonly [method: string, operation: Operation])[] = [
  ['generateContent', 'chat'],
  ['streamGenerateContent', 'chat'],
  ['countTokens', 'count-tokens'],
  ['embedContent', 'embed-content'],
  ['batchEmbedContents', 'embeddings'],
  ['predict', 'predict'],
];

/** A model in the shape of the protocol that asks; what is not known is null there, or left out. `now` is ms since the epoch. */
export function presentModel(protocol: ProtocolId, model: ListedModel, now: number): JsonObject {
  const { id, createdAt, operations, contextTokens, maxOutputTokens, displayName = id } = model;
  switch (protocol) {
    case 'anthropic-messages':
      return {
        type: 'model',
        id,
        display_name: displayName,
        created_at: new Date(createdAt).toISOString(),
        lifecycle: lifecycleOf(model, now),
        max_input_tokens: contextTokens ?? null,
        max_tokens: maxOutputTokens ?? null,
        // All or nothing in this protocol, and more is asked than anybody tells.
        capabilities: null,
      };
    case 'gemini':
      return {
        name: `models/${id}`,
        displayName,
        ...(contextTokens !== undefined && { inputTokenLimit: contextTokens }),
        ...(maxOutputTokens !== undefined && { outputTokenLimit: maxOutputTokens }),
        ...(model.can.reasoning !== undefined && { thinking: model.can.reasoning }),
        supportedGenerationMethods: methods
          .filter(([, operation]) => serves(operations, operation))
          .map(([method]) => method),
      };
    default:
      return {
        id,
        object: 'model',
        created: Math.floor(createdAt / 1000),
        owned_by: model.ownedBy,
        // https://developers.openai.com/api/docs/deprecations
        ...(model.retiresOn !== undefined && { shutdown_date: model.retiresOn }),
        ...factsOf(model),
      };
  }
}

/**
 * What OpenAI's list does not tell, by the names that clients know from OpenRouter's.
 * https://openrouter.ai/docs/guides/overview/models
 */
function factsOf(model: ListedModel): JsonObject {
  const { contextTokens, maxOutputTokens, input, output, price, multiplier, displayName } = model;
  const parameters = parametersOf(model);
  return {
    ...(displayName !== undefined && { name: displayName }),
    ...(contextTokens !== undefined && { context_length: contextTokens }),
    ...((contextTokens !== undefined || maxOutputTokens !== undefined) && {
      top_provider: { context_length: contextTokens ?? null, max_completion_tokens: maxOutputTokens ?? null },
    }),
    ...((input ?? output) && {
      architecture: { input_modalities: input?.map(asWritten) ?? [], output_modalities: output?.map(asWritten) ?? [] },
    }),
    ...(parameters.length > 0 && { supported_parameters: parameters }),
    ...(price && { pricing: pricingOf(price, multiplier) }),
  };
}

const asWritten = (modality: Modality): string => (modality === 'pdf' ? 'file' : modality);

/** The parameters of a conversation that it takes, as far as that is known. */
const parametersOf = ({
  operations,
  maxOutputTokens,
  sampling,
  can: { tools, structuredOutput, reasoning },
}: ListedModel): readonly string[] => [
  ...(serves(operations, 'chat') && maxOutputTokens !== undefined ? ['max_tokens'] : []),
  ...(serves(operations, 'chat') && (sampling === 'all' || sampling === 'one') ? ['temperature', 'top_p'] : []),
  ...(tools === true ? ['tools', 'tool_choice'] : []),
  ...(structuredOutput === true ? ['response_format', 'structured_outputs'] : []),
  ...(reasoning === true ? ['reasoning', 'include_reasoning'] : []),
];

/** Which of our buckets the names of a price stand for. */
const pricedAs: readonly (readonly [name: string, bucket: Bucket])[] = [
  ['prompt', 'inputText'],
  ['completion', 'outputText'],
  ['input_cache_read', 'cacheRead'],
  ['input_cache_write', 'cacheWrite5m'],
  ['audio', 'inputAudio'],
  ['image_token', 'inputImage'],
  ['image_output', 'outputImage'],
  ['web_search', 'searches'],
];

const shortRequest: PriceFacts = {
  tier: undefined,
  input: 1,
  at: undefined,
  usage: { inputText: 1, outputText: 1 },
};

/** US dollars for one token, search, or request, as exact decimals, after the multiplier; the default rates of a price. */
function pricingOf(price: Price, multiplier: Multiplier): JsonObject {
  // Of an expression, what it says of a short request at the standard tier.
  const { rates, perCall } = price.program === undefined ? price : ruleFor(price, shortRequest);
  const named = pricedAs.map(([name, bucket]): [string, string] => [
    name,
    formatDecimal(rateOf(bucket, rates) * multiplier, 21),
  ]);
  return {
    ...Object.fromEntries(named),
    ...(price.expression !== undefined && { expression: multipliedExpression(price.expression, multiplier) }),
    request: formatDecimal((perCall ?? 0n) * multiplier, 15),
  };
}

/** Where a model is in its life, by what its maker said of its end. */
function lifecycleOf({ retiresOn }: ListedModel, now: number): 'active' | 'deprecated' | 'retired' {
  if (retiresOn === undefined) return 'active';
  return now < Date.parse(retiresOn) ? 'deprecated' : 'retired';
}

/** The list of models in the shape of the protocol that asks; always one page. */
export function presentList(protocol: ProtocolId, models: readonly ListedModel[], now: number): JsonObject {
  const data = models.map((model) => presentModel(protocol, model, now));
  switch (protocol) {
    case 'anthropic-messages':
      return { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
    case 'gemini':
      return { models: data };
    default:
      return { object: 'list', data };
  }
}
