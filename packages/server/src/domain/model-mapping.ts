import type { ModelMapping } from './configuration.ts';

/**
 * Follows a channel's mappings to their ends: with `fast -> mini` and `mini -> gpt-x`, `fast` goes to `gpt-x`. A name
 * that maps to itself is an end. Chains that come back to where they were are named instead, each with its members.
 */
export function followMappings(models: readonly ModelMapping[]): {
  readonly ends: ReadonlyMap<string, string>;
  readonly cycles: readonly (readonly string[])[];
} {
  const next = new Map(models.map((model) => [model.name, model.upstream]));
  const ends = new Map<string, string>();
  const cycles: string[][] = [];
  for (const { name } of models) {
    const path = [name];
    let current = name;
    for (;;) {
      const target = next.get(current);
      if (target === undefined || target === current) {
        ends.set(name, current);
        break;
      }
      if (path.includes(target)) {
        cycles.push([...path.slice(path.indexOf(target)), target]);
        break;
      }
      path.push(target);
      current = target;
    }
  }
  return { ends, cycles };
}
