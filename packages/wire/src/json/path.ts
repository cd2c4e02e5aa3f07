import type { Json, JsonObject } from '../protocol.ts';
import { isBigNumber } from './exact.ts';
import { isObject } from './fields.ts';

/** Every element of an array, every value of an object. */
const every = Symbol('every');

/** A path, read once. */
export type Path = readonly (string | typeof every)[];

/**
 * Reads a dotted path (`a.b.0.c`). A step is an index where it meets an array, from the end when it is negative, and a key
 * elsewhere; `*` is every element. A dot inside a key is written `\.`, a key that is a star `\*`. The empty path is
 * the value itself.
 *
 * What follows is pure: the argument is never changed, and is returned itself when an edit changes nothing. Keys are
 * only ever own keys, so `__proto__` and `constructor` reach no prototype.
 */
export function readPath(path: string): Path {
  if (path === '') return [];
  return path
    .split(/(?<!\\)\./)
    .map((step) => (step === '*' ? every : step.replaceAll('\\.', '.').replace(/^\\\*$/, '*')));
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The same JSON, whatever the identity; key order does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((value, index) => sameJson(value, b[index]));
  if (isBigNumber(a) && isBigNumber(b)) return a.rawJSON === b.rawJSON;
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** A copy with one own property set; unlike assignment it is safe for `__proto__`. */
function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  return { ...object, [key]: value };
}

/** The place a step names in an array of this length; undefined when it names none, and at most the length. */
function indexIn(step: string, length: number): number | undefined {
  if (!/^(?:0|-?[1-9]\d{0,6})$/.test(step)) return undefined;
  const named = Number(step);
  if (named >= 0) return named <= length ? named : undefined;
  // The last of an empty array is where its first will be.
  if (length === 0 && named === -1) return 0;
  return length + named >= 0 ? length + named : undefined;
}

/** What is at a path: nothing, one value, or several where it has stars. After an array, `#` is its length. */
export function valuesAt(json: Json | undefined, path: Path, depth = 0): readonly Json[] {
  const step = path[depth];
  if (json === undefined) return [];
  if (step === undefined) return [json];
  if (step === every) return childrenOf(json).flatMap((child) => valuesAt(child, path, depth + 1));
  if (isArray(json)) {
    if (step === '#') return depth === path.length - 1 ? [json.length] : [];
    const at = indexIn(step, json.length);
    return at === undefined ? [] : valuesAt(json[at], path, depth + 1);
  }
  return isObject(json) && Object.hasOwn(json, step) ? valuesAt(json[step], path, depth + 1) : [];
}

/** The value at a dotted path; the first where it has stars. */
export const valueAt = (json: Json | undefined, path: string): Json | undefined => valuesAt(json, readPath(path))[0];

const childrenOf = (json: Json): readonly Json[] => (isArray(json) ? json : isObject(json) ? Object.values(json) : []);

/** What stands at a place now becomes what this returns: the same for no change, undefined for nothing at all. */
export type Change = (value: Json | undefined) => Json | undefined;

/**
 * Changes what is at a path, making the objects on the way when something is put where nothing was. An array takes an
 * index up to its length (which appends), and closes the gap of what is taken out; any other step into an array, and any
 * step into a scalar that is not null, leaves the body as it is: an edit must not destroy what it did not expect. Stars
 * reach what is there and make nothing.
 */
export function editAt(json: JsonObject, path: Path, change: Change): JsonObject {
  const edited = edit(json, path, 0, change);
  return isObject(edited) ? edited : json;
}

function edit(node: Json | undefined, path: Path, depth: number, change: Change): Json | undefined {
  const step = path[depth];
  if (step === undefined) {
    const value = change(node);
    return sameJson(node, value) ? node : value;
  }
  if (step === every) return editEvery(node, path, depth, change);
  if (isArray(node)) {
    const at = indexIn(step, node.length);
    if (at === undefined) return node;
    const child = edit(node[at], path, depth + 1, change);
    if (child === node[at]) return node;
    return child === undefined ? node.toSpliced(at, 1) : node.toSpliced(at, 1, child);
  }
  if (node !== undefined && node !== null && !isObject(node)) return node;
  const object = node ?? {};
  const before = Object.hasOwn(object, step) ? object[step] : undefined;
  const child = edit(before, path, depth + 1, change);
  if (child === before) return node;
  if (child !== undefined) return withKey(object, step, child);
  const { [step]: _, ...rest } = object;
  return rest;
}

function editEvery(node: Json | undefined, path: Path, depth: number, change: Change): Json | undefined {
  if (isArray(node)) {
    const edited = node.map((child) => edit(child, path, depth + 1, change));
    return edited.every((child, at) => child === node[at]) ? node : edited.filter((child) => child !== undefined);
  }
  if (!isObject(node)) return node;
  const edited = Object.entries(node).map(([key, child]) => [key, edit(child, path, depth + 1, change)] as const);
  if (edited.every(([key, child]) => child === node[key])) return node;
  return Object.fromEntries(edited.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Sets the value at a path. */
export const setAt = (json: JsonObject, path: string, value: Json): JsonObject =>
  editAt(json, readPath(path), () => value);

/** Removes what is at a path. */
export const removeAt = (json: JsonObject, path: string): JsonObject => editAt(json, readPath(path), () => undefined);
