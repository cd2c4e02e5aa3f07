import type { Json, JsonObject } from '../protocol.ts';

/**
 * How a protocol says "how many tokens would this be": the request is an ordinary one without what does not count, and
 * the answer is a number.
 */
export type Counting = {
  /** The ordinary request inside a client's question. */
  requestIn(json: JsonObject): JsonObject;
  /** The question about an ordinary request, written for an upstream. */
  writeQuestion(request: JsonObject, model: string): JsonObject;
  /** The number in an upstream's answer; undefined when there is none. */
  readCount(json: Json): number | undefined;
  writeCount(tokens: number): JsonObject;
};

/** The members of an object that are named; absent ones stay absent. */
export function onlyMembers(json: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = Object.hasOwn(json, name) ? json[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A count of tokens at a key; undefined when it is none. */
export function countAt(json: Json, key: string): number | undefined {
  const value =
    typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject)[key] : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
