import type { LossTracker } from '../../ir/loss.ts';
import type { Part, ReasoningPart, Signature, ToolCallPart, ToolResultPart } from '../../ir/part.ts';
import { at, compact, isObject, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeArguments } from '../gemini/arguments.ts';
import { carrySignature } from '../gemini/signatures.ts';
import { asContent } from './content-write.ts';
import { writeHostedCall, writeHostedResult } from './hosted.ts';

const own = 'gemini-interactions';

/** A signature as it is written: for clients whosever it is, for upstreams their own alone. */
export type WriteSignature = (signature: Signature, redacted?: boolean) => string | undefined;

/** For clients, who carry every signature. */
export const carry: WriteSignature = (signature, redacted) => carrySignature(signature, redacted, own);

/** A thought; without a summary when it was not shown. */
export function writeThought(part: ReasoningPart, sign: WriteSignature): JsonObject {
  const kept = part.extensions?.by === own ? at(part.extensions.fields, 'summary') : undefined;
  return compact({
    type: 'thought',
    signature: part.signature && sign(part.signature, part.redacted),
    summary: kept ?? (part.text === '' ? undefined : [{ type: 'text', text: part.text }]),
  });
}

/** A call of a function; undefined when its arguments cannot be read, for half a call must not be run. */
export function writeCall(
  part: ToolCallPart,
  path: string,
  sign: WriteSignature,
  lossTracker: LossTracker,
): JsonObject | undefined {
  const given = writeArguments(part.kind, part.arguments);
  if (!given) {
    lossTracker.dropped(path, 'the arguments of the call are no JSON object');
    return undefined;
  }
  if (part.kind === 'custom') lossTracker.approximated(path, 'free text became the member `input` of an object');
  return compact({
    type: 'function_call',
    id: part.callId,
    name: part.name,
    arguments: given,
    signature: part.signature && sign(part.signature),
  });
}

/** A function's result: mere text as such, anything else as content. */
export function writeResult(
  part: ToolResultPart,
  path: string,
  name: string | undefined,
  lossTracker: LossTracker,
): JsonObject {
  const content = part.content.flatMap((piece, i) => {
    const inner = `${path}.content[${i}]`;
    const written = asContent(piece, inner, lossTracker);
    if (!written) lossTracker.dropped(inner, `a result holds no ${piece.type}`);
    return written ?? [];
  });
  const plain = content.every((piece) => piece['type'] === 'text');
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  return compact({
    type: 'function_result',
    call_id: part.callId,
    name: part.name ?? name,
    result: plain ? content.map((piece) => textAt(piece, 'text') ?? '').join('\n') : content,
    is_error: part.error,
    ...extra,
  });
}

/** What Google's own tools did, or another's; undefined for what has no step, and then the loss is noted. */
export function writeOther(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  switch (part.type) {
    case 'hosted-call':
      return writeHostedCall(part, path, lossTracker);
    case 'hosted-result':
      return writeHostedResult(part, path, lossTracker);
    case 'foreign':
      if (part.foreign.by === own) return isObject(part.foreign.value) ? part.foreign.value : undefined;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
    default:
      lossTracker.dropped(path, `there is no step for ${part.type}`);
      return undefined;
  }
}
