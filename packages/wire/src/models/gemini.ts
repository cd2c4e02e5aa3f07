import { versionIn, type Family } from './family.ts';
import type { ReasoningStyle } from './traits.ts';

const named = /gemini-(\d+)(?:[.-](\d{1,2}))?(?!\d)/;
/** Aliases without a version (`gemini-flash-latest`) are taken for the newest, since that is what they point to. */
const aliases = /gemini-(?:pro|flash)/;
const newest = 305;

/** Google's. Levels came with 3, budgets with 2.5: https://ai.google.dev/gemini-api/docs/thinking#set-budget */
export const gemini: Family = {
  id: 'gemini',
  read({ whole }) {
    if (!whole.includes('gemini')) return undefined;
    const version = versionIn(whole, named) ?? (aliases.test(whole) ? newest : undefined);
    if (version === undefined) return { family: 'gemini' };
    return { family: 'gemini', version, reasoning: reasoningOf(whole, version) };
  },
  suffixes: { names: /gemini-/, efforts: ['minimal', 'low', 'medium', 'high'], thinking: 'budget' },
};

function reasoningOf(name: string, version: number): ReasoningStyle {
  const pro = name.includes('pro');
  if (version >= 300) {
    const efforts = pro ? (version === 300 ? proOf3 : pros) : all;
    return { by: 'effort', efforts, always: true };
  }
  if (version < 205)
    return name.includes('thinking') ? { by: 'budget', least: 0, most: 24_576, always: false } : { by: 'none' };
  if (pro) return { by: 'budget', least: 128, most: 32_768, always: true };
  return { by: 'budget', least: name.includes('flash-lite') ? 512 : 0, most: 24_576, always: false };
}

const all = ['minimal', 'low', 'medium', 'high'] as const;
const pros = ['low', 'medium', 'high'] as const;
const proOf3 = ['low', 'high'] as const;
