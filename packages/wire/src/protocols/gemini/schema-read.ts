import { at, isList, isObject, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';

/** Numbers that Google writes as texts, as protobuf does with 64 bits. */
const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

/** Deeper than any schema met; below it, schemas go as they are. */
const MAX_DEPTH = 64;

/** Google's schema (a subset of OpenAPI 3.0) as a JSON schema: types in small letters, `nullable` as a type. */
export function readSchema(written: JsonObject, depth = 0): JsonObject {
  if (depth > MAX_DEPTH) return written;
  const schema = camelKeys(written);
  const out: Record<string, Json> = {};
  const inner = (value: Json): Json => (isObject(value) ? readSchema(value, depth + 1) : value);
  const type = textAt(schema, 'type')?.toLowerCase();
  const nullable = schema['nullable'] === true;
  if (type !== undefined && type !== 'type_unspecified') out['type'] = nullable ? [type, 'null'] : type;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'type' || key === 'nullable' || key === 'propertyOrdering') continue;
    if (counts.has(key) && typeof value === 'string') out[key] = Number(value);
    else if (key === 'items') out[key] = inner(value);
    else if (key === 'properties' && isObject(value))
      out[key] = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(item)]));
    else if (key === 'anyOf' && isList(value)) {
      const branches = value.map(inner);
      out[key] = nullable && type === undefined ? [...branches, { type: 'null' }] : branches;
    } else if (key === 'enum' && isList(value)) out[key] = nullable ? [...value, null] : value;
    else if (key === 'example') out['examples'] = [value];
    else if (key !== 'format' || at(schema, 'format') !== 'enum') out[key] = value;
  }
  return out;
}
