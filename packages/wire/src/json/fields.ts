import type { Json, JsonObject } from '../protocol.ts';
import { type BigNumber, isBigNumber, parseJson } from './exact.ts';

/** Careful looks into parsed JSON: whatever stands there, the answer is a value of the wanted type or undefined. */

export function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !isBigNumber(json);
}

export function isList(json: unknown): json is readonly Json[] {
  return Array.isArray(json);
}

/** An own member; `constructor` and its kin are not found. */
export function at(json: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}

export function textAt(json: JsonObject, key: string): string | undefined {
  const value = at(json, key);
  return typeof value === 'string' ? value : undefined;
}

/** A number; a very big one is rounded, for whoever has to reckon with it. */
export function numberAt(json: JsonObject, key: string): number | undefined {
  const value = at(json, key);
  if (typeof value === 'number') return value;
  return isBigNumber(value) ? Number(value.rawJSON) : undefined;
}

/** A number with all its digits, to be carried through. */
export function exactNumberAt(json: JsonObject, key: string): number | BigNumber | undefined {
  const value = at(json, key);
  return typeof value === 'number' || isBigNumber(value) ? value : undefined;
}

/** A place in a list, as a whole number from 0; undefined for anything else. */
export function indexAt(json: JsonObject, key: string): number | undefined {
  const value = at(json, key);
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? value : undefined;
}

export function flagAt(json: JsonObject, key: string): boolean | undefined {
  const value = at(json, key);
  return typeof value === 'boolean' ? value : undefined;
}

export function objectAt(json: JsonObject, key: string): JsonObject | undefined {
  const value = at(json, key);
  return isObject(value) ? value : undefined;
}

/** What all that is missing has in common, so that asking for it, as readers do for every event, allocates nothing. */
const none: readonly never[] = [];

/** An array's items, or none. */
export function listAt(json: JsonObject, key: string): readonly Json[] {
  const value = at(json, key);
  return isList(value) ? value : none;
}

/** The objects of an array; the array itself when it has nothing else. */
export function objectsAt(json: JsonObject, key: string): readonly JsonObject[] {
  const value = at(json, key);
  if (!isList(value) || value.length === 0) return none;
  return value.every(isObject) ? value : value.filter(isObject);
}

/** The strings of an array. */
export function textsAt(json: JsonObject, key: string): readonly string[] {
  return listAt(json, key).filter((item) => typeof item === 'string');
}

/** The members that are not among the known ones, and not null; undefined when there are none. */
export function restOf(json: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  let rest: Record<string, Json> | undefined;
  for (const key of Object.keys(json)) {
    const value = json[key];
    if (known.has(key) || value === null || value === undefined) continue;
    rest ??= {};
    if (key === '__proto__') Object.defineProperty(rest, key, { value, enumerable: true });
    else rest[key] = value;
  }
  return rest;
}

/** A JSON object without its undefined members, as writers build them. */
export function compact(members: { readonly [key: string]: Json | undefined }): JsonObject {
  const json: Record<string, Json> = {};
  for (const key of Object.keys(members)) {
    const value = members[key];
    if (value === undefined) continue;
    if (key === '__proto__') Object.defineProperty(json, key, { value, enumerable: true });
    else json[key] = value;
  }
  return json;
}

/** A JSON object from its text, big numbers with all their digits; undefined when it is none. */
export function parseObject(text: string): JsonObject | undefined {
  const json = parseJson(text);
  return isObject(json) ? json : undefined;
}
