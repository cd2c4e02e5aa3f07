import { isList, isObject } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const formats: ReadonlySet<string> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

const kept: ReadonlySet<string> = new Set(['type', 'title', 'description', 'enum', 'const', '$ref', 'required']);
const nested: ReadonlySet<string> = new Set(['anyOf', 'allOf']);
const named: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);

/** Deeper than any schema met; below it, schemas go as they are. */
const MAX_DEPTH = 64;

/**
 * A schema as Anthropic's structured outputs take it: every object closed, and what it does not enforce (lengths,
 * patterns, bounds) moved into the description, where the model reads it, as Anthropic's own SDKs do. `changed` is
 * called when something was.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
export function closeSchema(schema: JsonObject, changed: () => void, depth = 0): JsonObject {
  if (depth > MAX_DEPTH) return schema;
  const out: Record<string, Json> = {};
  const told: Record<string, Json> = {};
  const inner = (value: Json): Json => (isObject(value) ? closeSchema(value, changed, depth + 1) : value);
  for (const [key, value] of Object.entries(schema)) {
    if (kept.has(key)) out[key] = value;
    else if (key === 'items' && isObject(value)) out[key] = inner(value);
    else if (nested.has(key) && isList(value)) out[key] = value.map(inner);
    else if (key === 'oneOf' && isList(value)) out['anyOf'] = value.map(inner);
    else if (named.has(key) && isObject(value))
      out[key] = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(item)]));
    else if (key === 'format' && typeof value === 'string' && formats.has(value)) out[key] = value;
    else if (key === 'minItems' && (value === 0 || value === 1)) out[key] = value;
    else if (key !== 'additionalProperties' && key !== '$schema' && key !== '$id') told[key] = value;
  }
  if (schema['type'] === 'object') {
    if (schema['additionalProperties'] !== false) changed();
    out['additionalProperties'] = false;
  }
  if (Object.keys(told).length > 0) {
    changed();
    const words = JSON.stringify(told);
    const description = out['description'];
    out['description'] = typeof description === 'string' ? `${description}\n\n${words}` : words;
  }
  return out;
}
