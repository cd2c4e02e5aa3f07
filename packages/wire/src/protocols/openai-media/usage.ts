import { isObject, numberAt, objectAt, textAt } from '../../json/fields.ts';
import type { Usage } from '../../ir/usage.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { mostCount } from '../implausible.ts';

type Buckets = { -readonly [Bucket in keyof Usage]: number };

/**
 * Reads the usage that OpenAI's image and audio APIs report, into disjoint buckets: seconds of audio where they bill time
 * (`type: "duration"`), else tokens, of which the details say how many are text, pictures and sound. What the details do not
 * explain is `rest`. Undefined when it reports nothing. https://platform.openai.com/docs/api-reference/images
 */
export function readMediaUsage(
  raw: Json | undefined,
  rest: { readonly input: 'inputText' | 'inputAudio'; readonly output: 'outputText' | 'outputImage' | 'outputAudio' },
): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const seconds = countAt(raw, 'seconds') ?? countAt(raw, 'prompt_audio_seconds');
  if (textAt(raw, 'type') === 'duration') return seconds === undefined ? undefined : { seconds };
  const input = countAt(raw, 'input_tokens') ?? countAt(raw, 'prompt_tokens');
  const output = countAt(raw, 'output_tokens') ?? countAt(raw, 'completion_tokens');
  if (input === undefined && output === undefined) return seconds === undefined ? undefined : { seconds };
  const usage: Buckets = seconds === undefined ? {} : { seconds };
  if (input !== undefined) {
    const details =
      objectAt(raw, 'input_tokens_details') ??
      objectAt(raw, 'input_token_details') ??
      objectAt(raw, 'prompt_tokens_details') ??
      {};
    const kinds = {
      cacheRead: 'cached_tokens',
      inputImage: 'image_tokens',
      inputAudio: 'audio_tokens',
      inputText: 'text_tokens',
    };
    share(usage, input, details, kinds, rest.input);
  }
  if (output !== undefined) {
    const details =
      objectAt(raw, 'output_tokens_details') ??
      objectAt(raw, 'output_token_details') ??
      objectAt(raw, 'completion_tokens_details') ??
      {};
    const kinds = { outputImage: 'image_tokens', outputAudio: 'audio_tokens', outputText: 'text_tokens' };
    share(usage, output, details, kinds, rest.output);
  }
  return usage;
}

/** Shares a total out among the buckets that its details name; what is left is the last one's. */
function share(
  usage: Buckets,
  total: number,
  details: JsonObject,
  kinds: Readonly<Partial<Record<keyof Usage, string>>>,
  rest: keyof Usage,
): void {
  let left = total;
  for (const [name, field] of Object.entries(kinds)) {
    const reported = countAt(details, field);
    if (reported === undefined) continue;
    const taken = Math.min(reported, left);
    usage[name as keyof Usage] = taken;
    left -= taken;
  }
  if (left > 0) usage[rest] = (usage[rest] ?? 0) + left;
}

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
export function countAt(json: JsonObject, key: string): number | undefined {
  const value = numberAt(json, key);
  return value !== undefined && value >= 0 && value <= mostCount ? Math.ceil(value) : undefined;
}
