import type { Signature } from '../../ir/part.ts';
import { unwrapSignature, wrapSignature } from '../../ir/signature.ts';

/**
 * The one place for an opaque proof that Responses has is a reasoning item's `encrypted_content`, and its clients give
 * that back even where they drop ids. So it carries what belongs elsewhere, too: that a thought was redacted, and the
 * signature of a tool call (Gemini's), which then stands in a reasoning item of its own behind the call.
 */
export type CarriedSignature = {
  readonly signature: Signature;
  readonly redacted?: boolean | undefined;
  /** The signature is this tool call's. */
  readonly callId?: string | undefined;
};

const own = 'openai-responses';
const REDACTED = 'tollgate-redacted.';
const CALL = 'tollgate-call.';

/** What a client is given as `encrypted_content`. */
export function carrySignature(carried: CarriedSignature): string {
  const text = wrapSignature(carried.signature, own);
  if (carried.callId !== undefined) return `${CALL}${carried.callId.length}.${carried.callId}.${text}`;
  return carried.redacted ? REDACTED + text : text;
}

/** What a client gave back. */
export function readCarriedSignature(text: string): CarriedSignature {
  if (text.startsWith(REDACTED))
    return { signature: unwrapSignature(text.slice(REDACTED.length), own), redacted: true };
  if (!text.startsWith(CALL)) return { signature: unwrapSignature(text, own) };
  const dot = text.indexOf('.', CALL.length);
  const length = dot < 0 ? Number.NaN : Number(text.slice(CALL.length, dot));
  const from = dot + 1;
  if (!Number.isInteger(length) || length < 0 || text[from + length] !== '.')
    return { signature: unwrapSignature(text, own) };
  return { callId: text.slice(from, from + length), signature: unwrapSignature(text.slice(from + length + 1), own) };
}
