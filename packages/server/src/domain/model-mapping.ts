import type { ModelMapping } from './configuration.ts';

/** Where a chain of mappings ends, and what it says of the model on its way. */
export type MappingEnd = Omit<ModelMapping, 'name'>;

/**
 * Follows a channel's mappings to their ends: with `fast -> mini` and `mini -> gpt-x`, `fast` goes to `gpt-x`. A name
 * that maps to itself is an end. What a model is, and what can be asked of it, is said by the first mapping of the chain
 * that says it. Chains that
 * come back to where they were are named instead, each with its members.
 */
export function followMappings(models: readonly ModelMapping[]): {
  readonly ends: ReadonlyMap<string, MappingEnd>;
  readonly cycles: readonly (readonly string[])[];
} {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ends = new Map<string, MappingEnd>();
  const cycles: string[][] = [];
  for (const { name } of models) {
    const path = [name];
    let current = name;
    let said: Omit<MappingEnd, 'upstream'> = {};
    for (;;) {
      const mapping = byName.get(current);
      if (mapping)
        said = {
          baseModel: said.baseModel ?? mapping.baseModel,
          operations: said.operations ?? mapping.operations,
        };
      if (mapping === undefined || mapping.upstream === current) {
        ends.set(name, { ...said, upstream: current });
        break;
      }
      const target = mapping.upstream;
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
