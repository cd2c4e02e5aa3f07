import { overrideConditionSchema } from '@tollgate/contract/api/overrides';
import { at, isList, isObject } from '@tollgate/wire/json/fields';
import { editAt, readPath } from '@tollgate/wire/json/path';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { compileConditions } from './conditions.ts';
import type { Complain } from './mistakes.ts';
import type { Condition, Operation, Run, Step } from './run.ts';

const instead = 'a type, such as "thinking", or {"where": {"type": "thinking"}, "logic": "AND", "recursive": true}';

/** A step that takes objects out of the lists and objects below a path: those of a type, or for which conditions hold. */
export function compilePrune({ path = '', value }: Operation, complain: Complain): Step | undefined {
  const read = readValue(value, complain);
  if (!read) return undefined;
  const test = compileConditions(read, (below, problem, right) => complain(`value.${below}`, problem, right));
  if (!test) {
    complain('value', 'names no objects', instead);
    return undefined;
  }
  const where = readPath(path);
  return (run) => {
    const matches = (object: JsonObject): boolean => test({ ...run, json: object } satisfies Run);
    // What is at the path itself stays, whatever it is.
    run.json = editAt(run.json, where, (found) =>
      found === undefined ? undefined : pruned(found, matches, read.recursive),
    );
  };
}

type Pruning = Pick<Operation, 'conditions' | 'logic'> & { readonly recursive: boolean };

function readValue(value: Json | undefined, complain: Complain): Pruning | undefined {
  if (typeof value === 'string' && value !== '')
    return { conditions: [{ path: 'type', value }], logic: 'AND', recursive: true };
  if (!isObject(value)) {
    complain('value', 'is missing', instead);
    return undefined;
  }
  const list: Condition[] = [];
  const where = at(value, 'where');
  if (isObject(where)) for (const [path, wanted] of Object.entries(where)) list.push({ path, value: wanted ?? null });
  const type = at(value, 'type');
  if (typeof type === 'string') list.push({ path: 'type', value: type });
  const conditions = at(value, 'conditions');
  for (const [index, condition] of (isList(conditions) ? conditions : []).entries()) {
    const read = overrideConditionSchema.safeParse(condition);
    if (read.success) list.push(read.data);
    else
      complain(`value.conditions.${index}`, 'is no condition', '{"path": "type", "mode": "full", "value": "thinking"}');
  }
  const logic = at(value, 'logic');
  return {
    conditions: list,
    logic: typeof logic === 'string' && logic.toUpperCase() === 'OR' ? 'OR' : 'AND',
    recursive: at(value, 'recursive') !== false,
  };
}

/** Without the members that match; itself where none does. */
function pruned(node: Json, matches: (object: JsonObject) => boolean, deep: boolean): Json {
  const gone = (child: Json): boolean => isObject(child) && matches(child);
  if (isList(node)) {
    const kept = node.filter((child) => !gone(child));
    const edited = deep ? kept.map((child) => pruned(child, matches, deep)) : kept;
    return kept.length === node.length && edited.every((child, index) => child === node[index]) ? node : edited;
  }
  if (!isObject(node)) return node;
  const entries = Object.entries(node);
  const kept = deep
    ? entries
        .filter(([, child]) => child !== undefined && !gone(child))
        .map(([key, child]) => [key, pruned(child ?? null, matches, deep)] as const)
    : entries;
  return kept.length === entries.length && kept.every(([key, child]) => child === node[key])
    ? node
    : Object.fromEntries(kept);
}
