/** A bounded map that forgets what has not been used for long. */
export type Generations<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
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
  return {
    get: (key) => {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    set,
    delete: (key) => {
      young.delete(key);
      old.delete(key);
    },
    deleteWhere: (matches) => {
      for (const generation of [young, old])
        for (const [key, value] of generation) if (matches(value)) generation.delete(key);
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
