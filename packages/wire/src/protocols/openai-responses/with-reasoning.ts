import { wantedEffort } from '../../ir/effort.ts';
import type { Reasoning } from '../../ir/request.ts';
import { objectAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** The body with an effort, unless its client named one. */
export function withResponsesReasoning(json: JsonObject, reasoning: Reasoning): JsonObject {
  const given = objectAt(json, 'reasoning');
  if (given?.['effort'] !== undefined && given['effort'] !== null) return json;
  return { ...json, reasoning: { ...given, effort: wantedEffort(reasoning) ?? 'medium' } };
}
