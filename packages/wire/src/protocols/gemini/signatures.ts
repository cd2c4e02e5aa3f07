import { decodeBase64Text } from '../../ir/media.ts';
import type { ReasoningPart, Signature } from '../../ir/part.ts';
import { unwrapSignature, wrapSignature } from '../../ir/signature.ts';
import { encodeText } from '../../text.ts';

/** Google's protocols, which carry signatures alike. */
type Owner = 'gemini' | 'gemini-interactions';

const MARK = 'tollgate-seal.';
/** In front of the mark when the signature is all there is of a thought, and its text was never shown. */
const REDACTED = 'tollgate-redacted.';
/** What base64 of either begins with. */
const IN_BASE64 = 'dG9sbGdhdGUt';

/** The text in a value that another's signature was packed in, or undefined. */
function unpacked(value: string): string | undefined {
  if (!value.startsWith(IN_BASE64)) return undefined;
  const text = decodeBase64Text(value);
  return text.startsWith(MARK) || text.startsWith(REDACTED + MARK) ? text : undefined;
}

/**
 * A signature as a client of Google's carries it (`thoughtSignature`). That field is bytes: Google's clients for Python and Go
 * decode it, so another issuer's signature is packed in base64. Gemini's own goes as it is.
 */
export function carrySignature(signature: Signature, redacted = false, own: Owner = 'gemini'): string {
  if (signature.by === own && unpacked(signature.value) === undefined) return signature.value;
  const wrapped = wrapSignature(signature, signature.by === own ? 'openai-chat' : own);
  return encodeText(redacted ? REDACTED + wrapped : wrapped).toBase64();
}

/** The signature that a Gemini client gave back, or an upstream issued, and whether its thought was redacted. */
export function readSignature(
  carried: string,
  own: Owner = 'gemini',
): Required<Pick<ReasoningPart, 'signature' | 'redacted'>> & { readonly signature: Signature } {
  const text = unpacked(carried);
  if (text === undefined) return { signature: { by: own, value: carried }, redacted: undefined };
  const redacted = text.startsWith(REDACTED);
  const signature = unwrapSignature(redacted ? text.slice(REDACTED.length) : text, own);
  return { signature, redacted: redacted ? true : undefined };
}
