import { wantedEffort } from '../../ir/effort.ts';
import type { Reasoning } from '../../ir/request.ts';
import type { JsonObject } from '../../protocol.ts';

/** The body with an effort, unless its client named one. */
export function withChatReasoning(json: JsonObject, reasoning: Reasoning): JsonObject {
  if (json['reasoning_effort'] !== undefined || json['reasoning'] !== undefined) return json;
  return { ...json, reasoning_effort: wantedEffort(reasoning) ?? 'medium' };
}
