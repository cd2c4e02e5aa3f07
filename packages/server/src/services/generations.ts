import type { Work } from '../domain/work.ts';
import { inSlices } from './in-slices.ts';

/** A bounded map that forgets what has not been used for long. */
export type Generations<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** What matches is not found from now on; where there is much, its memory is free a little later. */
  deleteWhere(matches: (value: V) => boolean): void;
  clear(): void;
  readonly size: number;
};

/**
 * Two generations of at most `capacity` entries each: when the young one is full it becomes the old one, and what is
 * used again moves back. A hit costs one look and no write, unlike a list of recency, and memory stays bounded.
 */
export function createGenerations<V>(capacity: number): Generations<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const set = (key: string, value: V): void => {
    if (young.size >= capacity && !young.has(key)) {
      old = young;
      young = new Map();
    }
    old.delete(key);
    young.set(key, value);
  };
  /** What is being deleted, until it is gone. */
  let doomed: ((value: V) => boolean)[] = [];
  function* removing(these: readonly ((value: V) => boolean)[]): Work<void> {
    for (const generation of [young, old]) {
      for (const [key, value] of generation) {
        if (these.some((matches) => matches(value))) generation.delete(key);
        yield;
      }
    }
  }
  const sweep = async (): Promise<void> => {
    while (doomed.length > 0) {
      const these = [...doomed];
      await inSlices(removing(these));
      doomed = doomed.slice(these.length);
    }
  };
  return {
    get: (key) => {
      const recent = young.get(key);
      const value = recent ?? old.get(key);
      if (value === undefined) return undefined;
      for (const matches of doomed) if (matches(value)) return undefined;
      if (recent === undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => {
      young.delete(key);
      old.delete(key);
    },
    deleteWhere: (matches) => {
      doomed.push(matches);
      if (doomed.length === 1) void sweep();
    },
    clear: () => {
      young = new Map();
      old = new Map();
    },
    get size() {
      return young.size + old.size;
    },
  };
}
