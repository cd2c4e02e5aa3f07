import { decodeBase64Text } from '../../ir/media.ts';
import type { ReasoningPart, Seal } from '../../ir/part.ts';
import { unwrapSeal, wrapSeal } from '../../ir/seal.ts';
import { encodeText } from '../../text.ts';

const own = 'gemini';
const MARK = 'tollgate-seal.';
/** In front of the mark when the seal is all there is of a thought, and its text was never shown. */
const REDACTED = 'tollgate-redacted.';
/** What base64 of either begins with. */
const IN_BASE64 = 'dG9sbGdhdGUt';

/** The text in a value that another's seal was packed in, or undefined. */
function unpacked(value: string): string | undefined {
  if (!value.startsWith(IN_BASE64)) return undefined;
  const text = decodeBase64Text(value);
  return text.startsWith(MARK) || text.startsWith(REDACTED + MARK) ? text : undefined;
}

/**
 * A seal as a Gemini client carries it in `thoughtSignature`. That field is bytes: Google's clients for Python and Go
 * decode it, so another issuer's seal is packed in base64. Gemini's own goes as it is.
 */
export function carrySeal(seal: Seal, redacted = false): string {
  if (seal.by === own && unpacked(seal.value) === undefined) return seal.value;
  const wrapped = wrapSeal(seal, seal.by === own ? 'openai-chat' : own);
  return encodeText(redacted ? REDACTED + wrapped : wrapped).toBase64();
}

/** The seal that a Gemini client gave back, or an upstream issued, and whether its thought was redacted. */
export function readSeal(
  carried: string,
): Required<Pick<ReasoningPart, 'seal' | 'redacted'>> & { readonly seal: Seal } {
  const text = unpacked(carried);
  if (text === undefined) return { seal: { by: own, value: carried }, redacted: undefined };
  const redacted = text.startsWith(REDACTED);
  const seal = unwrapSeal(redacted ? text.slice(REDACTED.length) : text, own);
  return { seal, redacted: redacted ? true : undefined };
}
