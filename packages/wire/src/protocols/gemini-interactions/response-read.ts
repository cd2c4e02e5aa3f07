import { assemble } from '../../ir/assemble.ts';
import { finishOf, hasToolCalls } from '../../ir/finish.ts';
import type { IrResponse } from '../../ir/response.ts';
import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json, UpstreamFailure } from '../../protocol.ts';
import { geminiFailureIn } from '../gemini/errors.ts';
import { isWorking } from './status.ts';
import { openAnswerReader, type AnswerReaderOptions } from './stream-read.ts';

const unreadable: UpstreamFailure = {
  status: 502,
  message: 'The upstream answered with something that is no interaction.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/** Reads a whole interaction, or the failure that a 200 carried. Never throws, on any JSON. */
export function readInteractionsResponse(
  json: Json,
  options: AnswerReaderOptions,
): IrResponse | { readonly failure: UpstreamFailure } {
  const isAnswer =
    isObject(json) &&
    (isList(at(json, 'steps')) || textAt(json, 'status') !== undefined || isObject(at(json, 'usage')));
  if (!isAnswer || isObject(at(json, 'error'))) return { failure: geminiFailureIn(json, 200) ?? unreadable };
  const events = openAnswerReader(options).whole(json);
  for (const event of events) if (event.type === 'error') return { failure: event.failure };
  const answer = assemble(events);
  // One that is worked on has not ended; any other is whole, also where it holds nothing.
  if (isWorking(json)) return answer;
  const choices = answer.choices.length > 0 ? answer.choices : [{ index: 0, parts: [] }];
  return {
    ...answer,
    choices: choices.map((choice) => ({
      ...choice,
      finish: choice.finish ?? finishOf(undefined, hasToolCalls(choice.parts)),
    })),
  };
}
