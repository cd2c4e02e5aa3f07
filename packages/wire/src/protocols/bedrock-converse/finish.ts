import type { Finish, FinishReason } from '../../ir/response.ts';
import { objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax */
const reasonOfWord: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop-sequence'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['malformed_model_output', 'malformed'],
  ['malformed_tool_use', 'malformed'],
  ['model_context_window_exceeded', 'context-length'],
]);

/** Reads why a message ended, from the answer or from its `messageStop`. Which sequence was met is Claude's own field. */
export function readStop(json: JsonObject): Finish | undefined {
  const raw = textAt(json, 'stopReason');
  if (raw === undefined) return undefined;
  const more = objectAt(json, 'additionalModelResponseFields');
  return { reason: reasonOfWord.get(raw) ?? 'other', raw, sequence: more && textAt(more, 'stop_sequence') };
}
