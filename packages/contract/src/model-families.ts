/**
 * Families of models by whose names clients say how much is to be reasoned, and the ends of names that are understood. Each
 * can be switched off, by a setting of its name.
 */
export const suffixFamilies = {
  claude: 'claude-…-thinking, -low to -max',
  gpt: 'o… and gpt-5…-none, -minimal to -xhigh',
  gemini: 'gemini-…-thinking, -thinking-8192, -nothinking, -minimal to -high',
  grok: 'grok-3-mini-low, -high',
} as const;

export type SuffixFamily = keyof typeof suffixFamilies;
