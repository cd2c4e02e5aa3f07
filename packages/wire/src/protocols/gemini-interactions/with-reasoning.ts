import { openLossTracker } from '../../ir/loss.ts';
import type { Reasoning } from '../../ir/request.ts';
import { objectAt } from '../../json/fields.ts';
import type { ModelTraits } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';
import { geminiTraits } from '../gemini/models.ts';
import { writeThinking } from './request-write.ts';

/** The body with thinking, unless its client said something of it. */
export function withInteractionsReasoning(json: JsonObject, reasoning: Reasoning, model: ModelTraits): JsonObject {
  const config = objectAt(json, 'generation_config');
  if (config && (config['thinking_level'] ?? undefined) !== undefined) return json;
  const { thinking_level } = writeThinking(reasoning, geminiTraits(model), openLossTracker());
  return thinking_level === undefined ? json : { ...json, generation_config: { ...config, thinking_level } };
}
