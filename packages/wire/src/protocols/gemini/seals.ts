import { decodeBase64Text } from '../../ir/media.ts';
import type { Seal } from '../../ir/part.ts';
import { unwrapSeal, wrapSeal } from '../../ir/seal.ts';
import { encodeText } from '../../text.ts';

const own = 'gemini';
const MARK = 'tollgate-seal.';
/** Base64 of the mark as far as it does not depend on what follows. */
const MARK_IN_BASE64 = 'dG9sbGdhdGUtc2VhbC';

/** The text in a value that another's seal was packed in, or undefined. */
function unpacked(value: string): string | undefined {
  if (!value.startsWith(MARK_IN_BASE64)) return undefined;
  const text = decodeBase64Text(value);
  return text.startsWith(MARK) ? text : undefined;
}

/**
 * A seal as a Gemini client carries it in `thoughtSignature`. That field is bytes: Google's clients for Python and Go
 * decode it, so another issuer's seal is packed in base64. Gemini's own goes as it is.
 */
export function carrySeal(seal: Seal): string {
  if (seal.by === own && unpacked(seal.value) === undefined) return seal.value;
  return encodeText(wrapSeal(seal, seal.by === own ? 'openai-chat' : own)).toBase64();
}

/** The seal that a Gemini client gave back, or an upstream issued. */
export function readSeal(carried: string): Seal {
  const text = unpacked(carried);
  return text === undefined ? { by: own, value: carried } : unwrapSeal(text, own);
}
