/** How hard a password is to guess, as far as its length and its variety tell; no list of words is looked at. */
export const strengths = ['weak', 'fair', 'good', 'strong'] as const;
export type Strength = (typeof strengths)[number];

/**
 * Characters that add something: not those that repeat the one before or count on from it, up or down, and each different one
 * three times at most.
 */
function weightOf(password: string): number {
  const seen = new Map<number, number>();
  let before: number | undefined;
  let weight = 0;
  for (const character of password) {
    const code = character.codePointAt(0) ?? 0;
    const times = seen.get(code) ?? 0;
    seen.set(code, times + 1);
    if (times < 3 && (before === undefined || Math.abs(code - before) > 1)) weight += 1;
    before = code;
  }
  return weight;
}

export function strengthOf(password: string): Strength {
  const weight = weightOf(password);
  if (weight < 7) return 'weak';
  if (weight < 11) return 'fair';
  return weight < 15 ? 'good' : 'strong';
}
