import { restOf } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const humps = /(?<=[a-zA-Z0-9])_([a-z0-9])/g;

/** A name in camel case. */
export function camelKey(key: string): string {
  return key.replaceAll(humps, (_, letter: string) => letter.toUpperCase());
}

/** The members that are not among the known ones in either spelling, and not null, under the names they came with. */
export function unknownIn(json: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  return restOf(json, new Set(Object.keys(json).filter((key) => known.has(camelKey(key)))));
}

function anySnake(keys: readonly string[]): boolean {
  for (const key of keys) if (key.includes('_', 1)) return true;
  return false;
}

/**
 * An object with its own keys in camelCase; what is in it stays as it is. Google takes both spellings of every field, and
 * where both stand, this takes the camelCase one. The very argument when there is nothing to change.
 * https://protobuf.dev/programming-guides/json/#json-options
 */
export function camelKeys(json: JsonObject): JsonObject {
  const keys = Object.keys(json);
  if (!anySnake(keys)) return json;
  const out: Record<string, Json> = {};
  for (const key of keys) {
    const value = json[key];
    if (value === undefined) continue;
    const name = camelKey(key);
    if (name !== key && Object.hasOwn(json, name)) continue;
    if (name === '__proto__') Object.defineProperty(out, name, { value, enumerable: true });
    else out[name] = value;
  }
  return out;
}

/** A field that stands in both spellings, of which Google takes one and this the other; undefined where none does. */
export function bothSpellings(json: JsonObject): string | undefined {
  const keys = Object.keys(json);
  if (!anySnake(keys)) return undefined;
  return keys.find((key) => camelKey(key) !== key && Object.hasOwn(json, camelKey(key)));
}
