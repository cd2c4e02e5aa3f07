import type { Effort } from '../../ir/request.ts';

/** What can be asked of a Gemini model, by its name. */
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

const named = /gemini-(\d+)(?:[.-](\d{1,2}))?(?!\d)/;

/** Major and minor as one number, 2.5 as 205; undefined for aliases (`gemini-flash-latest`) and other names. */
function version(model: string): number | undefined {
  const match = named.exec(model);
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : undefined;
}

/** Traits of a model. Aliases without a version are taken for the newest, since that is what they point to. */
export function geminiTraits(model: string): GeminiTraits {
  const name = model.toLowerCase();
  const known = version(name) ?? (/gemini-(?:pro|flash)/.test(name) ? 305 : undefined);
  const combines = known !== undefined && known >= 300;
  return {
    thinking: thinkingOf(name, known),
    demandsSignatures: combines,
    combines,
    strictTurns: known !== undefined && known >= 305,
  };
}

function thinkingOf(name: string, known: number | undefined): GeminiTraits['thinking'] {
  const lite = name.includes('flash-lite');
  if (known === undefined) return { by: 'budget', off: true, least: 0, most: 24_576 };
  if (known < 205)
    return name.includes('thinking') ? { by: 'budget', off: true, least: 0, most: 24_576 } : { by: 'none' };
  if (known >= 300) {
    if (!name.includes('pro')) return { by: 'level', levels: ['minimal', 'low', 'medium', 'high'] };
    return { by: 'level', levels: known === 300 ? ['low', 'high'] : ['low', 'medium', 'high'] };
  }
  if (name.includes('pro')) return { by: 'budget', off: false, least: 128, most: 32_768 };
  return { by: 'budget', off: true, least: lite ? 512 : 0, most: 24_576 };
}
