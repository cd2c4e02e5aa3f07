import { efforts, type Effort, type Reasoning } from './request.ts';

/**
 * Efforts as thinking budgets, for models that are told one and clients that speak of the other. Nobody publishes what
 * an effort is in tokens; these double from the least that Anthropic takes (1024) to what its documentation calls
 * enough for hard problems (32k).
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#working-with-thinking-budgets
 */
const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_768,
};

/** Thinking tokens that an effort stands for. */
export function budgetOfEffort(effort: Effort): number {
  return budgets[effort];
}

/** The least effort that a budget fits in. */
export function effortOfBudget(budgetTokens: number): Effort {
  for (const effort of efforts) if (budgetTokens <= budgets[effort]) return effort;
  return 'max';
}

export function isEffort(word: string | undefined): word is Effort {
  return efforts.some((effort) => effort === word);
}

/** The effort asked for, a budget expressed as one; undefined when neither is given. */
export function wantedEffort(reasoning: Reasoning): Effort | undefined {
  if (reasoning.mode === 'off') return 'none';
  if (reasoning.effort !== undefined) return reasoning.effort;
  return reasoning.budgetTokens === undefined ? undefined : effortOfBudget(reasoning.budgetTokens);
}
