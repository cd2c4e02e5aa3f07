import type { Json } from '../../protocol.ts';
import { utf8Length } from '../../text.ts';

/**
 * Estimates of a request's tokens: upper ones, made before it to set money aside. What an answer comes to is measured by
 * `ir/output-meter.ts`, and is a likely count.
 */

/**
 * Bytes of UTF-8 for one token, on the safe side. Measured with cl100k, bytes to a token: English prose 4.5, source code
 * 2.8, Chinese 2.4. Text without words goes below (lists of numbers 1.9, base64 1.4); what that is short of is charged
 * at settlement all the same.
 */
const BYTES_PER_INPUT_TOKEN = 2;
/** Frame of one message, tool, part or schema node: OpenAI documents 3 to 4 for a message and about 8 for a tool. */
const TOKENS_PER_OBJECT = 8;

/**
 * What a part that is not text may cost. Images: OpenAI's largest (gpt-4o-mini's tiles aside, which are priced to
 * match), Anthropic's and Gemini's all stay below. Audio and files grow with what was sent inline: an audio token is
 * at least 1 KB of base64 even in a low-rate MP3, and PDFs rarely hold more than a token in 16 bytes.
 */
export type MediaCost = { readonly tokens: number; readonly bytesPerToken: number };
export const mediaCosts = {
  image: { tokens: 3000, bytesPerToken: Infinity },
  audio: { tokens: 2000, bytesPerToken: 256 },
  file: { tokens: 8000, bytesPerToken: 16 },
  video: { tokens: 16_000, bytesPerToken: 256 },
} satisfies Record<string, MediaCost>;

const mediaKeys: ReadonlyMap<string, MediaCost> = new Map([
  ['image_url', mediaCosts.image],
  ['input_image', mediaCosts.image],
  ['input_audio', mediaCosts.audio],
  ['audio_url', mediaCosts.audio],
  ['file', mediaCosts.file],
  ['document_url', mediaCosts.file],
  ['video_url', mediaCosts.video],
]);

/** What the member of an object costs when it is a medium; undefined for anything that is counted as text. */
export type CostOf = (key: string, value: Json) => MediaCost | undefined;

const chatCost: CostOf = (key) => mediaKeys.get(key);

/** Deep enough for all that `readJson` lets through, shallow enough for the stack. */
const MAX_DEPTH = 300;

/**
 * Upper estimate of a body's input tokens: UTF-8 bytes of every text and key at half a token each, 8 for every object,
 * 1 for every number (prompts may be arrays of token ids), and a flat price for media. Linear in the body; deliberately
 * blind to which fields a vendor reads as input, because unknown fields may be. `costOf` knows a protocol's media.
 */
export function estimateInput(json: Json, costOf: CostOf = chatCost, depth = 0): number {
  if (typeof json === 'string') return json.length === 0 ? 0 : Math.ceil(utf8Length(json) / BYTES_PER_INPUT_TOKEN);
  if (typeof json === 'number') return 1;
  if (typeof json !== 'object' || json === null || depth > MAX_DEPTH) return 0;
  let tokens = 0;
  if (isList(json)) {
    for (const item of json) tokens += estimateInput(item, costOf, depth + 1);
    return tokens;
  }
  tokens = TOKENS_PER_OBJECT;
  for (const key of Object.keys(json)) {
    const value = json[key];
    if (value === undefined || value === null) continue;
    const kind = costOf(key, value);
    if (kind && typeof value !== 'number' && typeof value !== 'boolean') {
      tokens += kind.tokens + Math.ceil(inlineLength(value) / kind.bytesPerToken);
    } else tokens += key.length / BYTES_PER_INPUT_TOKEN + estimateInput(value, costOf, depth + 1);
  }
  return Math.ceil(tokens);
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/** Characters of the strings directly in a media part; base64 is ASCII, so these are bytes. */
function inlineLength(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let length = 0;
  for (const inner of Object.values(value)) if (typeof inner === 'string') length += inner.length;
  return length;
}
