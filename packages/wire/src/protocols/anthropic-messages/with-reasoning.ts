import { budgetOfEffort, wantedEffort } from '../../ir/effort.ts';
import type { Reasoning } from '../../ir/request.ts';
import { numberAt, objectAt } from '../../json/fields.ts';
import type { ModelTraits } from '../../models/traits.ts';
import type { JsonObject } from '../../protocol.ts';
import { claudeTraits, effortWord } from './models.ts';

/**
 * The body with thinking, unless its client said something of it. What Anthropic takes together with thinking is made to
 * fit: no sampling, and a `max_tokens` that leaves the answer as much room beside a budget as it had without one.
 */
export function withMessagesReasoning(json: JsonObject, reasoning: Reasoning, model: ModelTraits): JsonObject {
  const traits = claudeTraits(model);
  if (json['thinking'] !== undefined || traits.thinking === 'none') return json;
  const effort = wantedEffort(reasoning);
  if (effort === 'none') {
    if (traits.thinkingOff === 'left out') return json;
    if (traits.thinkingOff === 'by word') return { ...json, thinking: { type: 'disabled' } };
    return { ...json, output_config: { ...objectAt(json, 'output_config'), effort: 'low' } };
  }
  const { temperature: _, top_p: __, top_k: ___, ...rest } = json;
  if (traits.thinking === 'adaptive') {
    const output = { ...objectAt(json, 'output_config'), ...(effort && { effort: effortWord(effort, traits) }) };
    return {
      ...rest,
      thinking: { type: 'adaptive', display: 'summarized' },
      ...(Object.keys(output).length > 0 ? { output_config: output } : {}),
    };
  }
  const budget_tokens = reasoning.budgetTokens ?? budgetOfEffort(effort ?? 'medium');
  const room = numberAt(json, 'max_tokens') ?? traits.defaultMaxTokens;
  return { ...rest, max_tokens: room + budget_tokens, thinking: { type: 'enabled', budget_tokens } };
}
