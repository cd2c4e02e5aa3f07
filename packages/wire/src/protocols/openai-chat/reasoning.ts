import type { ReasoningPart, Signature } from '../../ir/part.ts';
import { unwrapSignature, wrapSignature } from '../../ir/signature.ts';
import { at, compact, isObject, objectAt, objectsAt, parseObject, restOf, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/**
 * Reasoning over Chat Completions, which has no word of its own for it: DeepSeek's `reasoning_content` (most vendors and
 * clients), OpenRouter's `reasoning`, and OpenRouter's `reasoning_details`, the only one that can carry a signature.
 * https://openrouter.ai/docs/guides/best-practices/reasoning-tokens
 */
const own = 'openai-chat';

/**
 * What another's signature is carried with: a check of the text it covers. Chat clients keep the text of reasoning beside the
 * signature or not at all, and OpenAI's own stream helper keeps but the last piece of it; with another text the issuer would
 * refuse the signature, and the whole request with it.
 */
const CHECKED = /^#([\da-f]{8})\./;

/** The check of no text yet. */
export const EMPTY_CHECK = 0x811c9dc5;

/** The check of a text that goes on (FNV-1a over its UTF-16 units). */
export function extendCheck(check: number, text: string): number {
  let hash = check;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const writeCheck = (check: number): string => `#${check.toString(16).padStart(8, '0')}.`;

const detailText = ['text', 'summary'] as const;
const detailKeys: ReadonlySet<string> = new Set([...detailText, 'index']);

/** The reasoning text of a message or delta. */
export function reasoningText(json: JsonObject): string | undefined {
  return textAt(json, 'reasoning_content') ?? textAt(json, 'reasoning');
}

/** A thought, and the check of the text that its signature covers, where it was carried with one. */
type CheckedReasoning = ReasoningPart & { readonly check: string | undefined };

/** The thought alone; without its signature when that covers another text. */
export function checkedReasoning({ check, ...part }: CheckedReasoning): ReasoningPart {
  if (check === undefined || check === writeCheck(checkOf(part.text))) return part;
  return { ...part, signature: undefined };
}

/**
 * Reads `reasoning_details`. A detail's signature is either another issuer's, carried under its name, or the detail itself
 * without its text, so that OpenRouter is given back exactly what it gave.
 */
export function readDetails(json: JsonObject): readonly CheckedReasoning[] {
  return objectsAt(json, 'reasoning_details').map((detail) => {
    const text = detailText.map((key) => textAt(detail, key)).find((found) => found !== undefined);
    return {
      type: 'reasoning',
      text: text ?? '',
      signature: signatureOfDetail(detail),
      check: checkOfDetail(detail),
      redacted: textAt(detail, 'type') === 'reasoning.encrypted' ? true : undefined,
    };
  });
}

/** The signature that a detail carries, whole or in a stream's delta. */
export function signatureOfDetail(detail: JsonObject): Signature | undefined {
  const carried = carriedBy(detail);
  if (carried === undefined) return undefined;
  const signature = unwrapSignature(carried, own);
  if (signature.by === own) return { by: own, value: JSON.stringify(restOf(detail, detailKeys) ?? {}) };
  return { by: signature.by, value: signature.value.replace(CHECKED, '') };
}

function checkOfDetail(detail: JsonObject): string | undefined {
  const signature = unwrapSignature(carriedBy(detail) ?? '', own);
  return signature.by === own ? undefined : CHECKED.exec(signature.value)?.[0];
}

function carriedBy(detail: JsonObject): string | undefined {
  const carried = textAt(detail, 'signature') ?? textAt(detail, 'data');
  return carried === '' ? undefined : carried;
}

/**
 * A detail for a client (`text` left out when it has been told already), or for OpenRouter itself. `check` is of the
 * text that the signature covers.
 */
export function writeDetail(
  part: Pick<ReasoningPart, 'redacted'>,
  signature: Signature,
  index: number,
  check: number,
): JsonObject {
  const mine = signature.by === own ? parseObject(signature.value) : undefined;
  if (mine) return { ...mine, index };
  if (part.redacted) return { type: 'reasoning.encrypted', data: wrapSignature(signature, own), index };
  const checked = signature.by === own ? signature : { by: signature.by, value: writeCheck(check) + signature.value };
  return { type: 'reasoning.text', signature: wrapSignature(checked, own), index };
}

/** What {@link writeDetail} needs of a whole text. */
export const checkOf = (text: string): number => extendCheck(EMPTY_CHECK, text);

/** Where Google's compatible endpoint, and clients that know it, keep a tool call's thought signature. */
export function readThoughtSignature(call: JsonObject): Signature | undefined {
  const extra = objectAt(call, 'extra_content');
  const google = extra && objectAt(extra, 'google');
  const value = google && textAt(google, 'thought_signature');
  return value === undefined || value === '' ? undefined : { by: 'gemini', value };
}

/** The same, written; undefined for anybody else's signature. */
export function writeThoughtSignature(signature: Signature | undefined): JsonObject | undefined {
  return signature?.by === 'gemini' ? { google: { thought_signature: signature.value } } : undefined;
}

/** Mistral's reasoning stands in the content: `{type:'thinking', thinking:[{type:'text', text}]}`. */
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

/** How a whole message tells reasoning: its text, and details where there are signatures. */
export function writeReasoning(parts: readonly ReasoningPart[]): JsonObject {
  if (parts.length === 0) return {};
  const text = parts.map((part) => part.text).join('');
  const details = parts.flatMap((part, i) =>
    part.signature
      ? [
          compact({
            text: part.redacted ? undefined : part.text,
            ...writeDetail(part, part.signature, i, checkOf(part.text)),
          }),
        ]
      : [],
  );
  return compact({
    reasoning_content: text === '' ? undefined : text,
    reasoning_details: details.length > 0 ? details : undefined,
  });
}
