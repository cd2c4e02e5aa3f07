import type { Effort, Reasoning } from './request.ts';

/** Families of models by whose names clients say how much is to be thought. Each can be switched off in the settings. */
export const suffixFamilies = ['claude', 'gpt', 'gemini', 'grok'] as const;
export type SuffixFamily = (typeof suffixFamilies)[number];

/** A model's name without its suffix, and what the suffix asks for. */
export type SuffixedModel = {
  readonly family: SuffixFamily;
  readonly model: string;
  readonly reasoning: Reasoning;
};

type Family = {
  readonly name: RegExp;
  readonly efforts: readonly Effort[];
  /** `-thinking`, and for Gemini `-thinking-8192` and `-nothinking`. */
  readonly thinking: 'plain' | 'budget' | undefined;
};

/**
 * A suffix is understood on these families only, and only as their vendors' clients use it: a model of another name may
 * really end in such a word (`gpt-5.1-codex-max` does, so `max` is none of GPT's).
 */
const families: Readonly<Record<SuffixFamily, Family>> = {
  claude: { name: /claude-/, efforts: ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'], thinking: 'plain' },
  gpt: {
    name: /^(?:openai\/)?(?:o[134]|gpt-5)/,
    efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
    thinking: undefined,
  },
  gemini: { name: /gemini-/, efforts: ['minimal', 'low', 'medium', 'high'], thinking: 'budget' },
  grok: { name: /grok-3-mini/, efforts: ['low', 'high'], thinking: undefined },
};

const suffix = /^(.+)-(?:(none|minimal|low|medium|high|xhigh|max)|(thinking)(?:-(\d{1,6}))?|(nothinking))$/;

/** What the end of a model's name asks for; undefined for a name that is just a name. */
export function readModelSuffix(name: string): SuffixedModel | undefined {
  const match = suffix.exec(name);
  if (!match) return undefined;
  const [, model = '', word, thinking, budget, nothinking] = match;
  for (const family of suffixFamilies) {
    const { name: pattern, efforts, thinking: kind } = families[family];
    if (!pattern.test(model)) continue;
    const effort = efforts.find((one) => one === word);
    if (effort) return { family, model, reasoning: effort === 'none' ? { mode: 'off' } : { mode: 'on', effort } };
    if (thinking !== undefined && kind && (budget === undefined || kind === 'budget'))
      return {
        family,
        model,
        reasoning: { mode: 'on', summary: 'auto', ...(budget === undefined ? {} : { budgetTokens: Number(budget) }) },
      };
    if (nothinking !== undefined && kind === 'budget') return { family, model, reasoning: { mode: 'off' } };
  }
  return undefined;
}
