import type { LossTracker } from '../../ir/loss.ts';
import type { Part, Signature } from '../../ir/part.ts';
import { compact, isObject, objectAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeArguments } from './arguments.ts';
import { isMadeCallId } from './calls.ts';
import { writeMedia } from './media-write.ts';
import { carrySignature } from './signatures.ts';

const own = 'gemini';

/** A text or a thought, with the signature that the client is to carry. */
export function writeText(text: string, thought: boolean, signature?: Signature, redacted?: boolean): JsonObject {
  return compact({
    text,
    thought: thought ? true : undefined,
    thoughtSignature: signature && carrySignature(signature, redacted),
  });
}

/** A whole function call; undefined when its arguments cannot be read, for half a call must not be run. */
export function writeFunctionCall(
  call: {
    readonly callId: string;
    readonly name: string;
    readonly kind: 'function' | 'custom';
    readonly arguments: string;
  },
  signature: Signature | undefined,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  const args = writeArguments(call.kind, call.arguments);
  if (!args) {
    lossTracker.dropped(path, 'the arguments of the call are no JSON object');
    return undefined;
  }
  if (call.kind === 'custom') lossTracker.approximated(path, 'free text became the member `input` of an object');
  const id = call.callId === '' || isMadeCallId(call.callId) ? undefined : call.callId;
  return compact({
    functionCall: compact({ id, name: call.name, args }),
    thoughtSignature: signature && carrySignature(signature),
  });
}

/** The whole of what Google's own search told, when the part holds it. */
export function groundingOf(part: Part): JsonObject | undefined {
  if (part.type !== 'hosted-result' || part.raw.by !== own || !isObject(part.raw.value)) return undefined;
  return objectAt(part.raw.value, 'groundingMetadata');
}

/** A part of an answer, undefined when it cannot be said; then the loss is noted. */
export function writeAnswerPart(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  lossTracker.extensions(path, part.extensions, own);
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  const bare = writeBare(part, path, lossTracker);
  if (!bare) {
    if (part.signature) lossTracker.dropped(`${path}.signature`, 'its part is left out');
    return undefined;
  }
  const redacted = part.type === 'reasoning' && part.redacted;
  return compact({ ...bare, thoughtSignature: part.signature && carrySignature(part.signature, redacted), ...extra });
}

function writeBare(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return part.text === '' && !part.signature ? undefined : { text: part.text };
    case 'refusal':
      return part.text === '' && !part.signature ? undefined : { text: part.text };
    case 'reasoning':
      return part.text === '' && !part.signature ? undefined : { text: part.text, thought: true };
    case 'tool-call':
      return writeFunctionCall(part, undefined, path, lossTracker);
    case 'audio':
      if (part.transcript !== undefined && part.transcript !== '')
        lossTracker.dropped(`${path}.transcript`, 'Gemini has audio without its transcript');
      return writeMedia(part.source, path, lossTracker);
    case 'image':
    case 'video':
      return writeMedia(part.source, path, lossTracker);
    case 'document':
      if (part.source.kind !== 'text' && part.source.kind !== 'parts')
        return writeMedia(part.source, path, lossTracker);
      break;
    case 'hosted-call':
      if (part.raw.by === own) return isObject(part.raw.value) ? part.raw.value : undefined;
      if (part.tool !== 'code-execution') break;
      return { executableCode: { language: 'PYTHON', code: part.arguments } };
    case 'hosted-result': {
      // Google's search stands beside the parts, and is written with the citations.
      if (part.raw.by === own) return isObject(part.raw.value) && !groundingOf(part) ? part.raw.value : undefined;
      if (part.tool !== 'code-execution') break;
      const output = part.content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');
      return {
        codeExecutionResult: { outcome: part.error === undefined ? 'OUTCOME_OK' : 'OUTCOME_FAILED', output },
      };
    }
    case 'foreign':
      if (part.foreign.by === own) return isObject(part.foreign.value) ? part.foreign.value : undefined;
      break;
    case 'tool-result':
  }
  lossTracker.dropped(path, `Gemini has no part for ${part.type}`);
  return undefined;
}
