import type { IrEvent } from './event.ts';
import { explode } from './explode.ts';
import { hasToolCalls } from './finish.ts';
import type { ReasoningPart, Seal } from './part.ts';
import type { IrMessage, IrRequest } from './request.ts';
import type { IrResponse } from './response.ts';

/**
 * Sealed reasoning for clients that cannot carry it: what an upstream thought before it called tools is kept for a while
 * under the calls' ids, and put back in front of those calls when the client sends them again. Without it Anthropic and
 * Gemini refuse to think on in the middle of a tool loop.
 */
export type SealedThoughts = {
  readonly thoughts: readonly ReasoningPart[];
  /** Seals on the calls themselves (Gemini), by call id. */
  readonly callSeals: ReadonlyMap<string, Seal>;
  readonly callIds: readonly string[];
};

/** Longer reasoning is not kept. */
const MAX_LENGTH = 1 << 20;

/** Watches an answer for sealed thoughts. `found` is undefined unless it calls tools; it may have no seals. */
export function watchThoughts(): { see(event: IrEvent): void; readonly found: SealedThoughts | undefined } {
  const open = new Map<number, { text: string; seal: Seal | undefined; redacted: boolean | undefined }>();
  const calls = new Map<number, string>();
  const thoughts: ReasoningPart[] = [];
  const callSeals = new Map<string, Seal>();
  let length = 0;

  return {
    see(event) {
      switch (event.type) {
        case 'reasoning-start':
          if (event.choice === 0) open.set(event.part, { text: '', seal: undefined, redacted: event.redacted });
          return;
        case 'reasoning-delta': {
          const thought = open.get(event.part);
          length += event.text.length;
          if (thought && length <= MAX_LENGTH) thought.text += event.text;
          return;
        }
        case 'seal': {
          const thought = open.get(event.part);
          const callId = calls.get(event.part);
          length += event.seal.value.length;
          if (thought) thought.seal = event.seal;
          else if (callId !== undefined) callSeals.set(callId, event.seal);
          return;
        }
        case 'reasoning-end': {
          const thought = open.get(event.part);
          open.delete(event.part);
          if (thought?.seal) thoughts.push({ type: 'reasoning', ...thought });
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
      return { thoughts, callSeals, callIds: [...calls.values()] };
    },
  };
}

/** The same of a whole answer. */
export function thoughtsOf(response: IrResponse): SealedThoughts | undefined {
  if (!response.choices.some(({ parts }) => hasToolCalls(parts))) return undefined;
  const watch = watchThoughts();
  for (const event of explode(response)) watch.see(event);
  return watch.found;
}

/**
 * Ids of the calls, in the tool loop that the request goes on with, that led from thoughts the client did not give back.
 * What was called before the last word of the user's is over: nobody asks for its thoughts any more.
 */
export function callsWithoutSeals(request: IrRequest): readonly string[] {
  const ids: string[] = [];
  for (const message of request.messages.toReversed()) {
    if (message.role === 'user' && !message.parts.some((part) => part.type === 'tool-result')) break;
    if (message.role !== 'assistant' || message.parts.some((part) => part.seal !== undefined)) continue;
    for (const part of message.parts) if (part.type === 'tool-call') ids.push(part.callId);
  }
  return ids;
}

/**
 * Puts kept thoughts back in front of the calls they led to, where the client's message carries no seal. `find` is asked
 * for each call id. The argument itself when nothing is found.
 */
export function restoreThoughts(request: IrRequest, find: (callId: string) => SealedThoughts | undefined): IrRequest {
  let changed = false;
  const messages = request.messages.map((message) => {
    const restored = restoreMessage(message, find);
    if (restored !== message) changed = true;
    return restored;
  });
  return changed ? { ...request, messages } : request;
}

function restoreMessage(message: IrMessage, find: (callId: string) => SealedThoughts | undefined): IrMessage {
  if (message.role !== 'assistant' || message.parts.some((part) => part.seal !== undefined)) return message;
  let kept: SealedThoughts | undefined;
  for (const part of message.parts) if (part.type === 'tool-call') kept ??= find(part.callId);
  if (!kept) return message;
  const { thoughts, callSeals } = kept;
  // The client's own, unsealed rendering of the same thoughts gives way to them.
  const rest = thoughts.length > 0 ? message.parts.filter((part) => part.type !== 'reasoning') : message.parts;
  const sealed = rest.map((part) => {
    const seal = part.type === 'tool-call' ? callSeals.get(part.callId) : undefined;
    return seal ? { ...part, seal } : part;
  });
  return { ...message, parts: [...thoughts, ...sealed] };
}
