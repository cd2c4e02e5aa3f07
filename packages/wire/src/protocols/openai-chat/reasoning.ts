import type { ReasoningPart, Seal } from '../../ir/part.ts';
import { unwrapSeal, wrapSeal } from '../../ir/seal.ts';
import { at, compact, isObject, objectAt, objectsAt, parseObject, restOf, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/**
 * Reasoning over Chat Completions, which has no word of its own for it: DeepSeek's `reasoning_content` (most vendors and
 * clients), OpenRouter's `reasoning`, and OpenRouter's `reasoning_details`, the only one that can carry a seal.
 * https://openrouter.ai/docs/guides/best-practices/reasoning-tokens
 */
const own = 'openai-chat';

const detailText = ['text', 'summary'] as const;
const detailKeys: ReadonlySet<string> = new Set([...detailText, 'index']);

/** The reasoning text of a message or delta. */
export function reasoningText(json: JsonObject): string | undefined {
  return textAt(json, 'reasoning_content') ?? textAt(json, 'reasoning');
}

/**
 * Reads `reasoning_details`. A detail's seal is either another issuer's, carried under its name, or the detail itself
 * without its text, so that OpenRouter is given back exactly what it gave.
 */
export function readDetails(json: JsonObject): readonly ReasoningPart[] {
  return objectsAt(json, 'reasoning_details').map((detail) => {
    const text = detailText.map((key) => textAt(detail, key)).find((found) => found !== undefined);
    return {
      type: 'reasoning',
      text: text ?? '',
      seal: sealOfDetail(detail),
      redacted: textAt(detail, 'type') === 'reasoning.encrypted' ? true : undefined,
    };
  });
}

/** The seal that a detail carries, whole or in a stream's delta. */
export function sealOfDetail(detail: JsonObject): Seal | undefined {
  const carried = textAt(detail, 'signature') ?? textAt(detail, 'data');
  if (carried === undefined || carried === '') return undefined;
  const seal = unwrapSeal(carried, own);
  return seal.by === own ? { by: own, value: JSON.stringify(restOf(detail, detailKeys) ?? {}) } : seal;
}

/** A detail for a client (`text` left out when it has been told already), or for OpenRouter itself. */
export function writeDetail(part: Pick<ReasoningPart, 'redacted'>, seal: Seal, index: number): JsonObject {
  const mine = seal.by === own ? parseObject(seal.value) : undefined;
  if (mine) return { ...mine, index };
  const carried = wrapSeal(seal, own);
  return part.redacted
    ? { type: 'reasoning.encrypted', data: carried, index }
    : { type: 'reasoning.text', signature: carried, index };
}

/** Where Google's compatible endpoint, and clients that know it, keep a tool call's thought signature. */
export function readThoughtSignature(call: JsonObject): Seal | undefined {
  const extra = objectAt(call, 'extra_content');
  const google = extra && objectAt(extra, 'google');
  const value = google && textAt(google, 'thought_signature');
  return value === undefined || value === '' ? undefined : { by: 'gemini', value };
}

/** The same, written; undefined for anybody else's seal. */
export function writeThoughtSignature(seal: Seal | undefined): JsonObject | undefined {
  return seal?.by === 'gemini' ? { google: { thought_signature: seal.value } } : undefined;
}

/** Mistral's thoughts stand in the content: `{type:'thinking', thinking:[{type:'text', text}]}`. */
export function readThinkingPart(json: JsonObject): ReasoningPart {
  const inner = at(json, 'thinking');
  const text = Array.isArray(inner)
    ? inner
        .filter(isObject)
        .map((piece) => textAt(piece, 'text') ?? '')
        .join('')
    : (textAt(json, 'thinking') ?? '');
  return { type: 'reasoning', text };
}

/** How a whole message tells reasoning: its text, and details where there are seals. */
export function writeReasoning(parts: readonly ReasoningPart[]): JsonObject {
  if (parts.length === 0) return {};
  const text = parts.map((part) => part.text).join('');
  const details = parts.flatMap((part, i) =>
    part.seal ? [compact({ text: part.redacted ? undefined : part.text, ...writeDetail(part, part.seal, i) })] : [],
  );
  return compact({
    reasoning_content: text === '' ? undefined : text,
    reasoning_details: details.length > 0 ? details : undefined,
  });
}
