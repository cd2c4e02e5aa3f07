import type { z } from 'zod';
import type { Leaf } from './leaf.ts';

/** Settings by area, as they are declared: a branch has branches and leaves. */
export type Branch = { readonly [name: string]: Branch | Leaf };

/** The values of a declared tree. */
export type ValuesOf<T extends Branch> = {
  readonly [K in keyof T]: T[K] extends Leaf<infer S> ? z.output<S> : T[K] extends Branch ? ValuesOf<T[K]> : never;
};

/** The values that strangers may see; a branch without any is not there. */
export type PublicOf<T extends Branch> = {
  readonly [K in keyof T as IsPublic<T[K]> extends true ? K : never]: T[K] extends Leaf<infer S>
    ? z.output<S>
    : T[K] extends Branch
      ? PublicOf<T[K]>
      : never;
};
type IsPublic<T> = T extends Leaf
  ? T['audience'] extends 'public'
    ? true
    : false
  : T extends Branch
    ? keyof PublicOf<T> extends never
      ? false
      : true
    : false;

/** A leaf with its place: what a row of the settings table holds. */
export type SettingLeaf = Leaf & {
  /** Dotted, such as `relay.maxAttempts`. */
  readonly path: string;
};

/** A value as it is stored: of a secret, after it was opened. */
export type SettingRow = { readonly path: string; readonly value: unknown };

/** Which settings there are. */
export type SettingsIndex = {
  /** Every leaf, in the order of the declaration. */
  readonly leaves: readonly SettingLeaf[];
  find(path: string): SettingLeaf | undefined;
  /** Whether there are settings below the path. */
  isBranch(path: string): boolean;
};

export type SettingsTree<T extends Branch> = SettingsIndex & {
  /** Every default. */
  readonly defaults: ValuesOf<T>;
  /**
   * The whole tree from rows of path and value: unset leaves take their defaults. Rows that no longer fit (an older
   * version's path, a value out of today's range) are handed back instead of spoiling the rest.
   */
  read(rows: Iterable<SettingRow>): { readonly settings: ValuesOf<T>; readonly unfit: readonly string[] };
  /** What strangers may see of the values. */
  publicPart(settings: ValuesOf<T>): PublicOf<T>;
};

/** Joins the areas into the tree that services work with. */
export function createSettingsTree<T extends Branch>(areas: T): SettingsTree<T> {
  const leaves = leavesOf(areas, '');
  const byPath = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  const branches = new Set(leaves.flatMap(({ path }) => prefixesOf(path)));
  const build = (valueOf: (leaf: Leaf, path: string) => unknown): ValuesOf<T> =>
    // The one place that says what `ValuesOf` says in types: a value for each leaf, at its place.
    mapLeaves(areas, '', valueOf) as ValuesOf<T>;
  return {
    leaves,
    find: (path) => byPath.get(path),
    isBranch: (path) => branches.has(path),
    defaults: build((leaf) => leaf.default),
    read: (rows) => {
      const values = new Map<string, unknown>();
      const unfit: string[] = [];
      for (const { path, value } of rows) {
        const parsed = byPath.get(path)?.schema.safeParse(value);
        if (parsed?.success === true) values.set(path, parsed.data);
        else unfit.push(path);
      }
      return { settings: build((leaf, path) => (values.has(path) ? values.get(path) : leaf.default)), unfit };
    },
    publicPart: (settings) => publicValues(areas, settings) as PublicOf<T>,
  };
}

const isLeaf = (node: Branch | Leaf): node is Leaf => node['kind'] === 'setting';

function leavesOf(branch: Branch, prefix: string): readonly SettingLeaf[] {
  return Object.entries(branch).flatMap(([name, node]) =>
    isLeaf(node) ? [{ ...node, path: `${prefix}${name}` }] : leavesOf(node, `${prefix}${name}.`),
  );
}

/** `a` and `a.b` of `a.b.c`. */
const prefixesOf = (path: string): readonly string[] =>
  [...path.matchAll(/\./g)].map(({ index }) => path.slice(0, index));

type Values = { readonly [name: string]: unknown };

function mapLeaves(branch: Branch, prefix: string, valueOf: (leaf: Leaf, path: string) => unknown): Values {
  return Object.fromEntries(
    Object.entries(branch).map(([name, node]) => {
      const path = `${prefix}${name}`;
      return [name, isLeaf(node) ? valueOf(node, path) : mapLeaves(node, `${path}.`, valueOf)];
    }),
  );
}

function publicValues(branch: Branch, values: Values): Values {
  return Object.fromEntries(
    Object.entries(branch).flatMap(([name, node]): readonly (readonly [string, unknown])[] => {
      const value = values[name];
      if (isLeaf(node)) return node.audience === 'public' ? [[name, value]] : [];
      const below = publicValues(node, value as Values);
      return Object.keys(below).length === 0 ? [] : [[name, below]];
    }),
  );
}
