import { isList, isObject } from '@tollgate/wire/json/fields';
import type { Json } from '@tollgate/wire/protocol';

/** JSON of a column of ours, read as what its writer in this folder put in; the caller narrows it. */
export function readJson(text: string): Json {
  // `any` from the language's own declaration; whatever JSON.parse returns is Json by definition.
  return JSON.parse(text) as Json;
}

export const asList = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);

export function asFields(value: Json | undefined): Readonly<Record<string, Json>> {
  return isObject(value) ? value : {};
}

export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export const texts = (value: Json | undefined): readonly string[] =>
  asList(value).filter((entry) => typeof entry === 'string');

/** The fields that are texts. */
export function textFields(value: Json | undefined): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, field] of Object.entries(asFields(value))) if (typeof field === 'string') fields[name] = field;
  return fields;
}
