import type { Finish, FinishReason } from '../../ir/response.ts';
import { textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** https://ai.google.dev/api/generate-content#FinishReason */
const reasonOfWord: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['LANGUAGE', 'content-filter'],
  ['OTHER', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
  ['IMAGE_OTHER', 'content-filter'],
  ['NO_IMAGE', 'other'],
  ['MALFORMED_FUNCTION_CALL', 'malformed'],
  ['UNEXPECTED_TOOL_CALL', 'malformed'],
  ['TOO_MANY_TOOL_CALLS', 'malformed'],
  ['MALFORMED_RESPONSE', 'malformed'],
  // Of the request that lacked it.
  ['MISSING_THOUGHT_SIGNATURE', 'malformed'],
  ['CONTINUATION', 'pause'],
]);

const wordOfReason: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'context-length': 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  // `CONTINUATION` would make Google's clients ask again with a token that nobody has.
  pause: 'STOP',
  malformed: 'MALFORMED_FUNCTION_CALL',
  error: 'OTHER',
  other: 'OTHER',
};

/** Reads why a candidate ended; undefined while it has not. */
export function readFinish(candidate: JsonObject): Finish | undefined {
  const raw = textAt(candidate, 'finishReason');
  if (raw === undefined || raw === '' || raw === 'FINISH_REASON_UNSPECIFIED') return undefined;
  return { reason: reasonOfWord.get(raw) ?? 'other', raw, detail: textAt(candidate, 'finishMessage') };
}

/** Why an answer ended, in Google's words. */
export function writeFinish(finish: Finish): JsonObject {
  const { raw, reason, detail } = finish;
  const own = raw !== undefined && reasonOfWord.get(raw) === reason ? raw : undefined;
  const finishReason = own ?? wordOfReason[reason];
  return detail === undefined ? { finishReason } : { finishReason, finishMessage: detail };
}
