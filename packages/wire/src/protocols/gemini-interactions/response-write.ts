import type { WriteContext } from '../../ir/codec.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type { Part } from '../../ir/part.ts';
import type { Finish, IrResponse } from '../../ir/response.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { isContent } from './content-read.ts';
import { asContent } from './content-write.ts';
import { writeStatus } from './status.ts';
import { carry, writeCall, writeOther, writeThought } from './steps-write.ts';
import { writeInteractionsUsage } from './usage.ts';

const own = 'gemini-interactions';

/** Writes a whole interaction. */
export function writeInteractionsResponse(response: IrResponse, context: WriteContext): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const [first, ...others] = response.choices;
  if (others.length > 0) lossTracker.dropped('choices', 'the Interactions API gives one answer');
  lossTracker.extensions('', response.extensions, own);
  const { steps, broken } = writeSteps(first?.parts ?? [], lossTracker);
  const extra = response.extensions?.by === own ? response.extensions.fields : undefined;
  const value = compact({
    ...writeHead(context),
    ...writeStatus(endingOf(first?.finish, broken)),
    steps,
    usage: response.usage && writeInteractionsUsage(response.usage),
    ...extra,
  });
  return { value, losses: lossTracker.losses };
}

/** What an interaction begins with. */
export function writeHead(context: WriteContext): JsonObject {
  const time = timeOf(context.created);
  return { id: context.requestId, object: 'interaction', model: context.model, created: time, updated: time };
}

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** Why it ended; a call that had to be left out is told here. */
export function endingOf(finish: Finish | undefined, broken: boolean): Finish | undefined {
  const { reason } = finish ?? {};
  if (!broken || !finish || (reason !== 'tool-calls' && reason !== 'stop')) return finish;
  return { ...finish, reason: 'malformed' };
}

/** Parts as steps: what is said and shown in a row is one output. `broken`: a call had to be left out. */
function writeSteps(
  parts: readonly Part[],
  lossTracker: LossTracker,
): { readonly steps: readonly JsonObject[]; readonly broken: boolean } {
  const steps: JsonObject[] = [];
  let output: JsonObject[] | undefined;
  let broken = false;
  for (const [i, part] of parts.entries()) {
    const written = writeAnswerPart(part, `choices[0].parts[${i}]`, lossTracker);
    if (written.length === 0 && part.type === 'tool-call') broken = true;
    for (const one of written) {
      if (!isContent(one)) {
        output = undefined;
        steps.push(one);
      } else if (output) output.push(one);
      else steps.push({ type: 'model_output', content: (output = [one]) });
    }
  }
  return { steps, broken };
}

/** A part of an answer as content of an output or as a step; nothing when it cannot be said, and then the loss is noted. */
export function writeAnswerPart(part: Part, path: string, lossTracker: LossTracker): readonly JsonObject[] {
  lossTracker.extensions(path, part.extensions, own);
  noteLost(part, path, lossTracker);
  const content = asContent(part, path, lossTracker);
  if (content) return content;
  const step =
    part.type === 'reasoning'
      ? writeThought(part, carry)
      : part.type === 'tool-call'
        ? writeCall(part, path, carry, lossTracker)
        : writeOther(part, path, lossTracker);
  return step ? [step] : [];
}

function noteLost(part: Part, path: string, lossTracker: LossTracker): void {
  if (part.signature && part.type !== 'reasoning' && part.type !== 'tool-call')
    lossTracker.dropped(`${path}.signature`, 'only thoughts and calls are signed there');
  if ((part.type === 'text' || part.type === 'refusal') && part.logprobs)
    lossTracker.dropped(`${path}.logprobs`, 'the Interactions API gives no log probabilities');
  if (part.type === 'audio' && part.transcript !== undefined && part.transcript !== '')
    lossTracker.dropped(`${path}.transcript`, 'Gemini has audio without its transcript');
}
