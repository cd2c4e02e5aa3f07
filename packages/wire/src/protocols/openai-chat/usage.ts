import { readTier, withAnsweredModel, type ServedAs } from '../../ir/served-as.ts';
import type { Usage } from '../../ir/usage.ts';
import { mostCount } from '../implausible.ts';

/** How an answer was served, by its `service_tier` and `model`. https://platform.openai.com/docs/api-reference/chat/object */
export function readChatServedAs(serviceTier: unknown, model?: unknown): ServedAs | undefined {
  const tier = readTier(serviceTier);
  return withAnsweredModel(tier === undefined ? undefined : { tier }, model);
}

type Raw = Readonly<Record<string, unknown>>;

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > mostCount) return undefined;
  return Math.ceil(value);
}

function details(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

/**
 * Reads OpenAI's usage object into disjoint buckets. OpenAI counts inclusively: `prompt_tokens` holds the cached,
 * cache-written and audio tokens of its details, `completion_tokens` the reasoning and audio ones. What the details do
 * not explain is text, so that the input buckets sum to `prompt_tokens` and the output buckets to `completion_tokens`
 * exactly. Details that overlap or exceed their total (they do, in the wild) are clamped, cached tokens first.
 *
 * Undefined when neither side's total is reported. https://platform.openai.com/docs/api-reference/chat/object
 */
export function readChatUsage(raw: Raw): Usage | undefined {
  const total = count(raw['total_tokens']);
  const reportedPrompt = count(raw['prompt_tokens']);
  const reportedCompletion = count(raw['completion_tokens']);
  if (reportedPrompt === undefined && reportedCompletion === undefined) return undefined;
  const prompt = reportedPrompt ?? difference(total, reportedCompletion);
  const completion = reportedCompletion ?? difference(total, reportedPrompt);

  const usage: { -readonly [Bucket in keyof Usage]: number } = {};
  if (prompt !== undefined) {
    const parts = details(raw['prompt_tokens_details']);
    let rest = prompt;
    const take = (
      bucket: 'cacheRead' | 'cacheWrite5m' | 'inputAudio' | 'inputImage' | 'inputVideo',
      value: unknown,
    ): void => {
      const reported = count(value);
      if (reported === undefined) return;
      usage[bucket] = Math.min(reported, rest);
      rest -= usage[bucket];
    };
    take('cacheRead', parts['cached_tokens']);
    take('cacheWrite5m', parts['cache_write_tokens']);
    take('inputAudio', parts['audio_tokens']);
    take('inputImage', parts['image_tokens']);
    take('inputVideo', parts['video_tokens']);
    usage.inputText = rest;
  }
  if (completion !== undefined) {
    const parts = details(raw['completion_tokens_details']);
    let rest = completion;
    const audio = count(parts['audio_tokens']);
    if (audio !== undefined) {
      usage.outputAudio = Math.min(audio, rest);
      rest -= usage.outputAudio;
    }
    const image = count(parts['image_tokens']);
    if (image !== undefined) {
      usage.outputImage = Math.min(image, rest);
      rest -= usage.outputImage;
    }
    usage.outputText = rest;
    const reasoning = count(parts['reasoning_tokens']);
    if (reasoning !== undefined) usage.reasoning = Math.min(reasoning, rest);
  }
  return usage;
}

function difference(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined || total < part ? undefined : total - part;
}
