/**
 * Rules that leave models of an upstream's list aside: a name, whole, or `regex:` and a pattern that is looked for in names
 * (anchor it with `^` and `$`).
 */

const prefix = 'regex:';

/** What is wrong with a rule; undefined when it is right. */
export function mistakeInRule(rule: string): string | undefined {
  if (!rule.startsWith(prefix)) return undefined;
  try {
    new RegExp(rule.slice(prefix.length), 'u');
    return rule.length === prefix.length ? 'names no pattern' : undefined;
  } catch {
    return 'is no regular expression';
  }
}

/** Whether some rule leaves a name aside. Rules that are wrong leave nothing aside. */
export function ignoredBy(rules: readonly string[]): (name: string) => boolean {
  const names = new Set(rules.filter((rule) => !rule.startsWith(prefix)));
  const patterns = rules
    .filter((rule) => rule.startsWith(prefix) && mistakeInRule(rule) === undefined)
    .map((rule) => new RegExp(rule.slice(prefix.length), 'u'));
  return (name) => names.has(name) || patterns.some((pattern) => pattern.test(name));
}
