import type { z } from 'zod';

export type Json = z.core.util.JSONType;

/** One place of a thing that is not the same before and after; undefined is "not there". */
export type Change = { readonly path: string; readonly before: Json | undefined; readonly after: Json | undefined };

type Tree = { readonly [name: string]: Json };

const isTree = (value: Json | undefined): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What says nothing: not there, null, and what is empty. */
const isNothing = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) ? value.length === 0 : isTree(value) && Object.values(value).every(isNothing));

/** What the gateway keeps of a thing for itself: nobody changes it. */
const bookkeeping: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt']);

/**
 * What is different between two states of a thing, place by place in the order of their names: `retry.attempts` 4, then 6.
 * Lists of things with names are compared thing by thing, other lists whole. A thing that was made or removed has each of its
 * places that says anything. What the gateway keeps for itself is no change.
 */
export function changesOf(before: Json | undefined, after: Json | undefined, path = ''): readonly Change[] {
  const [old, young] = [treeOf(before), treeOf(after)];
  if (old !== undefined || young !== undefined) {
    // A plain value that became a tree, or the other way round, is one change.
    const plain = [
      [before, old],
      [after, young],
    ].some(([value, tree]) => tree === undefined && !isNothing(value));
    if (!plain)
      return [...new Set([...Object.keys(old ?? {}), ...Object.keys(young ?? {})])]
        .filter((name) => !bookkeeping.has(name))
        .toSorted()
        .flatMap((name) => changesOf(old?.[name], young?.[name], path === '' ? name : `${path}.${name}`));
  }
  if (isNothing(before) && isNothing(after)) return [];
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** A tree as it is, and a list of things by their names; undefined for what is neither. */
function treeOf(value: Json | undefined): Tree | undefined {
  if (isTree(value)) return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const named = value.map((item): readonly [name: string, item: Json] | undefined => {
    if (!isTree(item)) return undefined;
    const { name, index, ...rest } = item;
    if (typeof name === 'string') return [name, { ...rest, ...(index !== undefined && { index }) }];
    return typeof index === 'number' ? [`#${index}`, rest] : undefined;
  });
  const all = named.filter((one) => one !== undefined);
  const names = new Set(all.map(([name]) => name));
  return names.size === value.length ? Object.fromEntries(all) : undefined;
}
