import { openLossTracker } from '../../ir/loss.ts';
import type { Reasoning } from '../../ir/request.ts';
import { objectAt } from '../../json/fields.ts';
import type { ModelTraits } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';
import { writeThinking } from './config-write.ts';
import { geminiTraits } from './models.ts';

/** The body with thinking, unless its client said something of it. */
export function withGeminiReasoning(json: JsonObject, reasoning: Reasoning, model: ModelTraits): JsonObject {
  const key = Object.hasOwn(json, 'generation_config') ? 'generation_config' : 'generationConfig';
  const config = objectAt(json, key);
  if (config && (config['thinkingConfig'] !== undefined || config['thinking_config'] !== undefined)) return json;
  const thinkingConfig = writeThinking(reasoning, geminiTraits(model), openLossTracker());
  return thinkingConfig ? { ...json, [key]: { ...config, thinkingConfig } } : json;
}
