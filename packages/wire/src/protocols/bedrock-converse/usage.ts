import { readTier, withAnsweredModel, type ServedAs } from '../../ir/served-as.ts';
import type { Usage } from '../../ir/usage.ts';
import { isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { mostCount } from '../implausible.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > mostCount) return undefined;
  return Math.ceil(value);
}

/**
 * Reads Converse's usage into disjoint buckets. Bedrock counts exclusively: `inputTokens` leaves out what was read from a
 * cache or written to one. Writes are split by lifetime in `cacheDetails`; what the split does not explain of their total
 * is of five minutes, the default. Reasoning is within the output and not told apart. Undefined when neither side is
 * reported.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function readConverseUsage(raw: Raw): Usage | undefined {
  const input = count(raw['inputTokens']);
  const output = count(raw['outputTokens']);
  if (input === undefined && output === undefined) return undefined;
  const usage: { -readonly [Bucket in keyof Usage]: number } = {};
  if (input !== undefined) usage.inputText = input;
  const read = count(raw['cacheReadInputTokens']);
  if (read !== undefined) usage.cacheRead = read;
  const written = count(raw['cacheWriteInputTokens']);
  const hour = writtenFor('1h', raw);
  const minutes = writtenFor('5m', raw);
  if (written !== undefined || hour > 0 || minutes > 0) {
    // A split that exceeds the total is believed, for it is what is priced.
    usage.cacheWrite1h = hour;
    usage.cacheWrite5m = Math.max(minutes, (written ?? 0) - hour);
  }
  if (output !== undefined) usage.outputText = output;
  return usage;
}

/**
 * How an answer, or the `metadata` of a stream, says that it was served: by a tier, or by latency-optimised inference,
 * which has prices of its own. The model is told only by a prompt router, which chooses one.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html
 */
export function readConverseServedAs(json: JsonObject): ServedAs | undefined {
  const tier = readTier(textAt(objectAt(json, 'serviceTier') ?? {}, 'type'));
  const latency = textAt(objectAt(json, 'performanceConfig') ?? {}, 'latency');
  const served = tier ?? (latency === 'optimized' ? latency : undefined);
  const router = objectAt(objectAt(json, 'trace') ?? {}, 'promptRouter') ?? {};
  return withAnsweredModel(served === undefined ? undefined : { tier: served }, router['invokedModelId']);
}

function writtenFor(ttl: string, raw: Raw): number {
  let sum = 0;
  for (const detail of isObject(raw) ? objectsAt(raw, 'cacheDetails') : [])
    if (detail['ttl'] === ttl) sum += count(detail['inputTokens']) ?? 0;
  return sum;
}
