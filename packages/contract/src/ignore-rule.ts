/**
 * Rules that leave models of an upstream's list aside: a name, whole, or `re:` (or `regex:`) and a pattern that is looked for in
 * names (anchor it with `^` and `$`).
 */

/** The pattern of a rule; undefined for a name. */
const patternOf = (rule: string): string | undefined => /^re(?:gex)?:(.*)$/s.exec(rule)?.[1];

/** What is wrong with a rule; undefined when it is right. */
export function mistakeInRule(rule: string): string | undefined {
  const pattern = patternOf(rule);
  if (pattern === undefined) return undefined;
  try {
    new RegExp(pattern, 'u');
    return pattern === '' ? 'names no pattern' : undefined;
  } catch {
    return 'is no regular expression';
  }
}

/** Whether some rule leaves a name aside. Rules that are wrong leave nothing aside. */
export function ignoredBy(rules: readonly string[]): (name: string) => boolean {
  const right = rules.filter((rule) => mistakeInRule(rule) === undefined);
  const names = new Set(right.filter((rule) => patternOf(rule) === undefined));
  const patterns = right.flatMap((rule) => patternOf(rule) ?? []).map((pattern) => new RegExp(pattern, 'u'));
  return (name) => names.has(name) || patterns.some((pattern) => pattern.test(name));
}
