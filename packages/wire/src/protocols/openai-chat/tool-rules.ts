import type { ToolRules } from '../../ir/tool-rules.ts';
import { plainWords } from '../../ir/tool-rules.ts';
import { takesFreeText } from '../../models/free-text.ts';
import type { ModelTraits } from '../../models/traits.ts';

const names = plainWords(64);

/**
 * What Chat's upstreams demand of tools. Names: https://platform.openai.com/docs/api-reference/chat/create (`FunctionDefinition.name`);
 * Moonshot's do not begin with a digit or a dash. Ids are the vendors' own, but OpenAI refuses those of more than 40 letters.
 */
export function chatToolRules(model: ModelTraits): ToolRules {
  return {
    names: model.family === 'kimi' ? { ...names, first: /[a-zA-Z_]/ } : names,
    callIds: { max: model.family === 'gpt' ? 40 : undefined },
    results: 'behind-message',
    freeText: takesFreeText(model) ?? false,
  };
}
