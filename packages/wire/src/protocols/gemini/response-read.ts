import { assemble } from '../../ir/assemble.ts';
import { finishOf, hasToolCalls } from '../../ir/finish.ts';
import type { IrResponse } from '../../ir/response.ts';
import { at, isObject } from '../../json/fields.ts';
import type { Json, UpstreamFailure } from '../../protocol.ts';
import { camelKeys } from './cases.ts';
import { geminiFailureIn } from './errors.ts';
import { openAnswerReader, type AnswerReaderOptions } from './stream-read.ts';

const unreadable: UpstreamFailure = {
  status: 502,
  message: 'The upstream answered with something that is no answer of Gemini.',
  type: undefined,
  code: undefined,
  param: undefined,
};

/** Reads a whole answer, or the failure inside a 200; a blocked prompt is one. Never throws, on any JSON. */
export function readGeminiResponse(
  json: Json,
  options: AnswerReaderOptions,
): IrResponse | { readonly failure: UpstreamFailure } {
  const body = isObject(json) ? camelKeys(json) : undefined;
  const answers = body && ['candidates', 'promptFeedback', 'usageMetadata'].some((key) => at(body, key) !== undefined);
  if (!body || !answers) return { failure: geminiFailureIn(json, 200) ?? unreadable };
  const reader = openAnswerReader(options);
  const events = [...reader.read(body), ...reader.end()];
  for (const event of events) if (event.type === 'error') return { failure: event.failure };
  const answer = assemble(events);
  // A whole answer is whole, also where it does not say why it ended.
  const choices = answer.choices.map((choice) => ({
    ...choice,
    finish: choice.finish ?? finishOf(undefined, hasToolCalls(choice.parts)),
  }));
  return { ...answer, choices };
}
