import type { Effort } from '../../ir/request.ts';
import type { ModelTraits } from '../../models/traits.ts';

/** What can be asked of a Gemini model. */
export type GeminiTraits = {
  /**
   * How it is told to think: by level (3 and later), by budget in tokens within these bounds (2.5), or not at all.
   * `least` of 0 means that thinking can be switched off.
   * https://ai.google.dev/gemini-api/docs/thinking#set-budget
   */
  readonly thinking:
    | { readonly by: 'level'; readonly levels: readonly Effort[] }
    | { readonly by: 'budget'; readonly off: boolean; readonly least: number; readonly most: number }
    | { readonly by: 'none' };
  /**
   * Refuses a function call of the current turn that comes without a thought signature.
   * https://ai.google.dev/gemini-api/docs/thought-signatures
   */
  readonly demandsSignatures: boolean;
  /** Built-in tools beside functions, functions beside JSON answers, media in function responses: all came with 3. */
  readonly combines: boolean;
  /** Refuses penalties, and a conversation that ends with the model's own turn (3.5). */
  readonly strictTurns: boolean;
};

/** What a model's traits mean behind Gemini's API. */
export function geminiTraits(model: ModelTraits): GeminiTraits {
  const version = model.family === 'gemini' ? (model.version ?? 0) : 0;
  return {
    thinking: thinkingOf(version === 0 ? undefined : model.reasoning),
    demandsSignatures: version >= 300,
    combines: version >= 300,
    strictTurns: version >= 305,
  };
}

const allLevels = ['minimal', 'low', 'medium', 'high'] as const;

function thinkingOf(reasoning: ModelTraits['reasoning']): GeminiTraits['thinking'] {
  switch (reasoning?.by) {
    case 'none':
      return { by: 'none' };
    case 'effort':
      return { by: 'level', levels: reasoning.efforts ?? allLevels };
    case 'budget':
      return { by: 'budget', off: !reasoning.always, least: reasoning.least, most: reasoning.most };
    case undefined:
      return { by: 'budget', off: true, least: 0, most: 24_576 };
  }
}
