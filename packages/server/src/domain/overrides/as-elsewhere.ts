import { isList, isObject } from '@tollgate/wire/json/fields';
import type { Json } from '@tollgate/wire/protocol';
import type { Overrides } from './run.ts';

/**
 * A parameter override as it is written elsewhere: fields of the body by name, a list of `operations`, or both; the fields
 * come first. Undefined when it is no such thing. Operations are passed on as they are, to be checked by their schema.
 */
export function readParamOverride(
  json: Json,
): { readonly set: Readonly<Record<string, Json>>; readonly operations: readonly Json[] } | undefined {
  if (!isObject(json)) return undefined;
  const { operations, ...fields } = json;
  if (operations !== undefined && !isList(operations)) return undefined;
  return {
    set: Object.fromEntries(
      // These are names, not paths.
      Object.entries(fields).map(([name, value]) => [
        name.replaceAll('.', '\\.').replace(/^\*$/, '\\*'),
        value ?? null,
      ]),
    ),
    operations: operations ?? [],
  };
}

/** A header override as it is written elsewhere: values by name, where `*`, `re:…` and `regex:…` pass the client's on. */
export function readHeaderOverride(json: Json): Omit<Overrides['headers'], 'remove'> | undefined {
  if (!isObject(json)) return undefined;
  const set: Record<string, string> = {};
  const pass: string[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === '*' || /^re(?:gex)?:/.test(name)) pass.push(name);
    else if (typeof value === 'string') set[name.toLowerCase()] = value;
    else return undefined;
  }
  return { set, pass };
}
