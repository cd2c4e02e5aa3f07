import type { Reasoning } from '../ir/request.ts';
import { claude } from './claude.ts';
import type { SuffixWords } from './family.ts';
import { gemini } from './gemini.ts';
import { gpt } from './gpt.ts';
import { grok } from './grok.ts';

/** Families of models by whose names clients say how much is to be reasoned. Each can be switched off in the settings. */
export type SuffixFamily = 'claude' | 'gpt' | 'gemini' | 'grok';

/** A model's name without its suffix, and what the suffix asks for. */
export type SuffixedModel = {
  readonly family: SuffixFamily;
  readonly model: string;
  readonly reasoning: Reasoning;
};

const words: readonly (readonly [SuffixFamily, SuffixWords | undefined])[] = [
  ['claude', claude.suffixes],
  ['gpt', gpt.suffixes],
  ['gemini', gemini.suffixes],
  ['grok', grok.suffixes],
];

const suffix = /^(.+)-(?:(none|minimal|low|medium|high|xhigh|max)|(thinking)(?:-(\d{1,6}))?|(nothinking))$/;

/**
 * What the end of a model's name asks for; undefined for a name that is just a name. An end is understood of these
 * families only, and only as their vendors' clients use it: a model of another name may really end in such a word.
 */
export function readModelSuffix(name: string): SuffixedModel | undefined {
  const match = suffix.exec(name);
  if (!match) return undefined;
  const [, model = '', word, thinking, budget, nothinking] = match;
  for (const [family, known] of words) {
    if (!known?.names.test(model)) continue;
    const effort = known.efforts.find((one) => one === word);
    if (effort) return { family, model, reasoning: effort === 'none' ? { mode: 'off' } : { mode: 'on', effort } };
    if (thinking !== undefined && known.thinking && (budget === undefined || known.thinking === 'budget'))
      return {
        family,
        model,
        reasoning: { mode: 'on', summary: 'auto', ...(budget === undefined ? {} : { budgetTokens: Number(budget) }) },
      };
    if (nothinking !== undefined && known.thinking === 'budget') return { family, model, reasoning: { mode: 'off' } };
  }
  return undefined;
}
