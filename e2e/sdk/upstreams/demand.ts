export type JsonObject = Readonly<Record<string, unknown>>;

/** The vendor refuses the request. */
export class Complaint extends Error {}

/** Names, many a line. */
export const words = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(' '));

/** Refuses with `message` unless `condition` holds. */
export function demand(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Complaint(message);
}

/** Refuses fields that the vendor does not know. */
export function onlyKnown(object: JsonObject, known: readonly string[], where: string): void {
  for (const key of Object.keys(object)) demand(known.includes(key), `${where}: unknown field "${key}"`);
}

export function asObject(value: unknown, where: string): JsonObject {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), `${where} must be an object`);
  return value as JsonObject;
}

/** A list of objects. */
export function asObjects(value: unknown, where: string): readonly JsonObject[] {
  demand(Array.isArray(value), `${where} must be an array`);
  return value.map((entry: unknown, i) => asObject(entry, `${where}[${i}]`));
}

export function asText(value: unknown, where: string): string {
  demand(typeof value === 'string', `${where} must be a string`);
  return value;
}

/** Refuses an object schema that is open or has optional members, as strict modes do. */
export function demandClosed(schema: unknown, where: string, allRequired: boolean): void {
  if (Array.isArray(schema)) {
    for (const [i, entry] of schema.entries()) demandClosed(entry, `${where}[${i}]`, allRequired);
    return;
  }
  if (typeof schema !== 'object' || schema === null) return;
  const object = schema as JsonObject;
  if (object['type'] === 'object') {
    demand(object['additionalProperties'] === false, `${where}: additionalProperties must be false`);
    const names = Object.keys(object['properties'] ?? {});
    const required = (object['required'] ?? []) as readonly string[];
    demand(!allRequired || names.every((name) => required.includes(name)), `${where}: every property must be required`);
  }
  for (const [key, value] of Object.entries(object)) demandClosed(value, `${where}.${key}`, allRequired);
}
