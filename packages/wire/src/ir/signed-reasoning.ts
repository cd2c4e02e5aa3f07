import type { IrEvent } from './event.ts';
import { explode } from './explode.ts';
import { hasToolCalls } from './finish.ts';
import type { ReasoningPart, Signature } from './part.ts';
import type { IrMessage, IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';

/**
 * Signed reasoning for clients that cannot carry it: what an upstream reasoned before it called tools is kept for a while
 * under the calls' ids, and put back in front of those calls when the client sends them again. Without it Anthropic and
 * Gemini refuse to think on in the middle of a tool loop.
 */
export type SignedReasoning = {
  readonly parts: readonly ReasoningPart[];
  /** Signatures on the calls themselves (Gemini), by call id. */
  readonly callSignatures: ReadonlyMap<string, Signature>;
  readonly callIds: readonly string[];
};

/** Longer reasoning is not kept. */
const MAX_LENGTH = 1 << 20;

/** Watches an answer for signed reasoning. `found` is undefined unless it calls tools; it may have no signatures. */
export function watchSignedReasoning(): { see(event: IrEvent): void; readonly found: SignedReasoning | undefined } {
  const open = new Map<number, { text: string; signature: Signature | undefined; redacted: boolean | undefined }>();
  const calls = new Map<number, string>();
  const parts: ReasoningPart[] = [];
  const callSignatures = new Map<string, Signature>();
  let length = 0;

  return {
    see(event) {
      switch (event.type) {
        case 'reasoning-start':
          if (event.choice === 0) open.set(event.part, { text: '', signature: undefined, redacted: event.redacted });
          return;
        case 'reasoning-delta': {
          const part = open.get(event.part);
          length += event.text.length;
          if (part && length <= MAX_LENGTH) part.text += event.text;
          return;
        }
        case 'signature': {
          const part = open.get(event.part);
          const callId = calls.get(event.part);
          length += event.signature.value.length;
          if (part) part.signature = event.signature;
          else if (callId !== undefined) callSignatures.set(callId, event.signature);
          return;
        }
        case 'reasoning-end': {
          const part = open.get(event.part);
          open.delete(event.part);
          if (part?.signature) parts.push({ type: 'reasoning', ...part });
          return;
        }
        case 'tool-call-start':
          if (event.choice === 0) calls.set(event.part, event.callId);
          return;
        default:
      }
    },
    get found() {
      if (calls.size === 0 || length > MAX_LENGTH) return undefined;
      return { parts, callSignatures, callIds: [...calls.values()] };
    },
  };
}

/** The same of a whole answer. */
export function signedReasoningOf(response: IrResponse): SignedReasoning | undefined {
  if (!response.choices.some(({ parts }) => hasToolCalls(parts))) return undefined;
  const watch = watchSignedReasoning();
  for (const event of explode(response)) watch.see(event);
  return watch.found;
}

/**
 * Ids of the calls, in the tool loop that the request goes on with, that led from reasoning the client did not give back.
 * What was called before the last word of the user's is over: nobody asks for its reasoning any more.
 */
export function callsWithoutSignatures(request: IrRequest): readonly string[] {
  const ids: string[] = [];
  for (const message of request.messages.toReversed()) {
    if (message.role === 'user' && !message.parts.some((part) => part.type === 'tool-result')) break;
    if (message.role !== 'assistant' || message.parts.some((part) => part.signature !== undefined)) continue;
    for (const part of message.parts) if (part.type === 'tool-call') ids.push(part.callId);
  }
  return ids;
}

/**
 * Puts kept reasoning back in front of the calls they led to, where the client's message carries no signature. `find` is asked
 * for each call id. The argument itself when nothing is found.
 */
export function restoreReasoning(request: IrRequest, find: (callId: string) => SignedReasoning | undefined): IrRequest {
  let changed = false;
  const messages = request.messages.map((message) => {
    const restored = restoreMessage(message, find);
    if (restored !== message) changed = true;
    return restored;
  });
  return changed ? { ...request, messages } : request;
}

function restoreMessage(message: IrMessage, find: (callId: string) => SignedReasoning | undefined): IrMessage {
  if (message.role !== 'assistant' || message.parts.some((part) => part.signature !== undefined)) return message;
  let kept: SignedReasoning | undefined;
  for (const part of message.parts) if (part.type === 'tool-call') kept ??= find(part.callId);
  if (!kept) return message;
  const { parts, callSignatures } = kept;
  // The client's own, unsigned rendering of the same reasoning gives way to them.
  const rest = parts.length > 0 ? message.parts.filter((part) => part.type !== 'reasoning') : message.parts;
  const signed = rest.map((part) => {
    const signature = part.type === 'tool-call' ? callSignatures.get(part.callId) : undefined;
    return signature ? { ...part, signature } : part;
  });
  return { ...message, parts: [...parts, ...signed] };
}
