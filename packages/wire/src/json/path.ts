import type { Json, JsonObject } from '../protocol.ts';
import { isBigNumber } from './exact.ts';
import { isObject } from './fields.ts';

/**
 * Edits at a dotted path (`a.b.0.c`). A step is an array index where it meets an array and a key elsewhere; a dot
 * inside a key is written `\.` . Pure: the argument is never changed, and is returned itself when the edit changes
 * nothing. Keys are only ever own keys, so `__proto__` and `constructor` reach no prototype.
 */
function steps(path: string): readonly string[] {
  if (!path.includes('\\')) return path.split('.');
  return path.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'));
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

function index(step: string): number | undefined {
  return /^(?:0|[1-9]\d{0,6})$/.test(step) ? Number(step) : undefined;
}

/**
 * Sets the value at a path, making the objects on the way. An array takes an index up to its length (which appends);
 * any other step into an array, and any step into a scalar that is not null, leaves the body as it is: an override
 * must not destroy what it did not expect.
 */
export function setAt(json: JsonObject, path: string, value: Json): JsonObject {
  const result = set(json, steps(path), 0, value);
  return isObject(result) ? result : json;
}

function set(node: Json | undefined, path: readonly string[], depth: number, value: Json): Json | undefined {
  const step = path[depth];
  if (step === undefined) return sameJson(node, value) ? node : value;
  if (isArray(node)) {
    const at = index(step);
    if (at === undefined || at > node.length) return node;
    const child = set(node[at], path, depth + 1, value);
    if (child === undefined || child === node[at]) return node;
    const copy = [...node];
    copy[at] = child;
    return copy;
  }
  if (node !== undefined && node !== null && !isObject(node)) return node;
  const object = node ?? {};
  const before = Object.hasOwn(object, step) ? object[step] : undefined;
  const child = set(before, path, depth + 1, value);
  if (child === undefined || child === before) return node;
  return withKey(object, step, child);
}

/** Removes what is at a path; an array closes the gap. */
export function removeAt(json: JsonObject, path: string): JsonObject {
  const result = remove(json, steps(path), 0);
  return isObject(result) ? result : json;
}

function remove(node: Json, path: readonly string[], depth: number): Json {
  const step = path[depth];
  if (step === undefined) return node;
  const last = depth === path.length - 1;
  if (isArray(node)) {
    const at = index(step);
    const child = at === undefined ? undefined : node[at];
    if (at === undefined || child === undefined) return node;
    if (last) return node.filter((_, position) => position !== at);
    const edited = remove(child, path, depth + 1);
    if (edited === child) return node;
    return node.map((value, position) => (position === at ? edited : value));
  }
  if (!isObject(node) || !Object.hasOwn(node, step)) return node;
  const child = node[step];
  if (child === undefined) return node;
  if (last) {
    const { [step]: _, ...rest } = node;
    return rest;
  }
  const edited = remove(child, path, depth + 1);
  return edited === child ? node : withKey(node, step, edited);
}
