import type { z } from 'zod';

export type Json = z.core.util.JSONType;

/** One place of a thing that is not the same before and after; undefined is "not there". */
export type Change = { readonly path: string; readonly before: Json | undefined; readonly after: Json | undefined };

const isTree = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What is different between two states of a thing, place by place in the order of their names: `retry.attempts` 4, then 6.
 * Lists are compared whole. A thing that was made or removed has each of its places.
 */
export function changesOf(before: Json | undefined, after: Json | undefined, path = ''): readonly Change[] {
  if (isTree(before) || isTree(after)) {
    const [old, young] = [isTree(before) ? before : {}, isTree(after) ? after : {}];
    // A plain value that became a tree, or the other way round, is one change.
    const plain = [before, after].some((value) => value !== undefined && value !== null && !isTree(value));
    if (!plain)
      return [...new Set([...Object.keys(old), ...Object.keys(young)])]
        .toSorted()
        .flatMap((name) => changesOf(old[name], young[name], path === '' ? name : `${path}.${name}`));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}
