import type { WriteContext } from '../../ir/codec.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type { Part, TokenLogprob } from '../../ir/part.ts';
import type { Finish, IrChoice, IrResponse } from '../../ir/response.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { groundingOf, writeAnswerPart } from './answer-parts.ts';
import { writeFinish } from './finish.ts';
import { openGrounding } from './grounding-write.ts';
import { writeLogprobs } from './logprobs.ts';
import { writeGeminiUsage } from './usage.ts';

const own = 'gemini';

/** Writes a whole answer. */
export function writeGeminiResponse(response: IrResponse, context: WriteContext): Read<JsonObject> {
  const lossTracker = openLossTracker();
  lossTracker.extensions('', response.extensions, own);
  const value = compact({
    candidates: response.choices.map((choice, i) => writeCandidate(choice, `choices[${i}]`, lossTracker)),
    usageMetadata: response.usage && writeGeminiUsage(response.usage),
    modelVersion: context.model,
    responseId: context.requestId,
    ...(response.extensions?.by === own ? response.extensions.fields : undefined),
  });
  return { value, losses: lossTracker.losses };
}

function writeCandidate(choice: IrChoice, path: string, lossTracker: LossTracker): JsonObject {
  const parts: JsonObject[] = [];
  const grounding = openGrounding();
  const logprobs: TokenLogprob[] = [];
  let broken = false;
  let grounded: JsonObject | undefined;
  for (const [i, part] of choice.parts.entries()) {
    const partPath = `${path}.parts[${i}]`;
    const written = writeAnswerPart(part, partPath, lossTracker);
    if (part.type === 'text' || part.type === 'refusal') logprobs.push(...(part.logprobs ?? []));
    if (part.type === 'text') {
      for (const citation of part.citations ?? [])
        if (!grounding.add(citation, part.text, parts.length, 0))
          lossTracker.dropped(`${partPath}.citations`, 'some cite what Google has no word for');
    }
    grounded = groundingOf(part) ?? grounded;
    if (written) parts.push(written);
    else if (part.type === 'tool-call') broken = true;
  }
  return compact({
    content: { role: 'model', parts },
    ...finishFields(choice.finish, choice.parts.some(isRefusal), broken),
    index: choice.index,
    groundingMetadata: grounded ?? grounding.value,
    logprobsResult: logprobs.length > 0 ? writeLogprobs(logprobs) : undefined,
  });
}

function isRefusal(part: Part): boolean {
  return part.type === 'refusal';
}

/** Why a candidate ended. A refusal in words, and a call that had to be left out, are told here. */
export function finishFields(finish: Finish | undefined, refused: boolean, broken: boolean): JsonObject {
  if (!finish) return {};
  const { reason } = finish;
  if (broken && (reason === 'tool-calls' || reason === 'stop')) return writeFinish({ ...finish, reason: 'malformed' });
  return writeFinish(refused && reason === 'stop' ? { ...finish, reason: 'refusal' } : finish);
}
