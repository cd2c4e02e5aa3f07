import { bigNumber, isBigNumber } from '../../json/exact.ts';
import { at, isList, isObject, listAt, objectAt, textAt, textsAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

/** Deeper than any schema met. */
const MAX_DEPTH = 64;
/** References may multiply what they stand for; a schema larger than this when written out is cut. */
const MAX_NODES = 5000;

/** Keywords that go as they are. https://ai.google.dev/api/caching#Schema */
const kept: ReadonlySet<string> = new Set([
  'title',
  'description',
  'nullable',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
  'example',
  'default',
  'propertyOrdering',
]);

/** Keywords that are understood here, or say nothing about the value. */
const silent: ReadonlySet<string> = new Set([
  'type',
  'format',
  'enum',
  'const',
  'items',
  'prefixItems',
  'properties',
  'required',
  'anyOf',
  'oneOf',
  'allOf',
  '$ref',
  '$defs',
  'definitions',
  '$schema',
  '$id',
  '$comment',
  '$anchor',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'examples',
]);

/** Formats that are not refused. */
const formats: Readonly<Record<string, ReadonlySet<string>>> = {
  STRING: new Set(['date-time', 'enum']),
  NUMBER: new Set(['float', 'double']),
  INTEGER: new Set(['int32', 'int64']),
};

const typeWords: ReadonlySet<string> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT']);

/**
 * A JSON schema in the subset of OpenAPI's that Gemini's `parameters` and `responseSchema` take: types in capitals, null as
 * `nullable`, references written out where they stand, unions as `anyOf`, enums of texts only. `changed` is told, in
 * words, of everything that says less afterwards. Never throws; what is written is bounded.
 */
export function cleanSchema(schema: JsonObject, changed: (what: string) => void): JsonObject {
  return openCleaner(schema, changed)(schema, [], 0);
}

type Clean = (schema: Json, refs: readonly string[], depth: number) => JsonObject;

function openCleaner(root: JsonObject, changed: (what: string) => void): Clean {
  let nodes = 0;

  /** The schema with its reference and its `allOf` written out, and what was followed to get there. */
  function flatten(
    schema: JsonObject,
    refs: readonly string[],
    depth: number,
  ): { readonly schema: JsonObject; readonly refs: readonly string[] } | undefined {
    const ref = textAt(schema, '$ref');
    const all = listAt(schema, 'allOf').filter(isObject);
    if (ref === undefined && all.length === 0) return { schema, refs };
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) return undefined;
    let followed = refs;
    let merged: JsonObject = without(schema, ref === undefined ? 'allOf' : '$ref');
    if (ref !== undefined) {
      const target = refs.includes(ref) ? undefined : pointed(root, ref);
      if (!target) return undefined;
      followed = [...refs, ref];
      merged = merge(target, merged);
    } else {
      const pieces = [merged];
      const met = new Set(refs);
      for (const part of all) {
        const flat = flatten(part, [...met], depth + 1);
        if (!flat) return undefined;
        for (const each of flat.refs) met.add(each);
        pieces.unshift(flat.schema);
      }
      followed = [...met];
      merged = merge(...pieces);
    }
    return flatten(merged, followed, depth + 1);
  }

  function clean(json: Json, refs: readonly string[], depth: number): JsonObject {
    if (!isObject(json)) {
      if (json === false) changed('a schema that nothing fits');
      return {};
    }
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      changed('a schema too deep or too large');
      return { type: 'OBJECT' };
    }
    const flat = flatten(json, refs, depth);
    if (!flat) {
      const ref = textAt(json, '$ref');
      changed(
        ref === undefined ? 'a schema too deep or too large' : `the reference ${ref}, which is circular or unknown`,
      );
      const description = textAt(json, 'description');
      return description === undefined ? { type: 'OBJECT' } : { type: 'OBJECT', description };
    }
    return cleanFlat(flat.schema, flat.refs, depth);
  }

  function cleanFlat(schema: JsonObject, refs: readonly string[], depth: number): JsonObject {
    const out: Record<string, Json> = {};
    for (const [key, value] of Object.entries(schema)) {
      if (kept.has(key)) out[key] = value;
      else if (key === 'additionalProperties' ? isObject(value) : !silent.has(key)) changed(`the keyword ${key}`);
    }
    const examples = listAt(schema, 'examples');
    if (examples[0] !== undefined && out['example'] === undefined) out['example'] = examples[0];

    const types = typesOf(schema);
    let nullable = out['nullable'] === true || types.includes('NULL');
    const real = types.filter((type) => typeWords.has(type));
    const unknown = types.find((type) => type !== 'NULL' && !typeWords.has(type));
    if (unknown !== undefined) changed(`the type ${unknown}`);

    const branches: JsonObject[] = [];
    for (const key of ['anyOf', 'oneOf'] as const) {
      for (const branch of listAt(schema, key)) {
        if (isObject(branch) && isNull(branch)) nullable = true;
        else branches.push(clean(branch, refs, depth + 1));
      }
    }
    if (nullable) out['nullable'] = true;
    if (branches.length === 0 && real.length > 1) {
      for (const type of real) branches.push(typed(type, schema, refs, depth));
    } else if (real[0] !== undefined && branches.length === 0) Object.assign(out, typed(real[0], schema, refs, depth));
    else if (real[0] === 'OBJECT') Object.assign(out, typed('OBJECT', schema, refs, depth));
    return withBranches(out, branches, real[0]);
  }

  /** A union beside what holds for all of it. Alternatives that only demand members say nothing here. */
  function withBranches(
    out: Record<string, Json>,
    branches: readonly JsonObject[],
    type: string | undefined,
  ): JsonObject {
    const telling = branches
      .filter((branch) => Object.keys(branch).length > 0)
      .map((branch) =>
        type === undefined || branch['type'] !== undefined || branch['anyOf'] !== undefined
          ? branch
          : { type, ...branch },
      );
    if (telling.length < branches.length) changed('alternatives without a type');
    const [only] = telling;
    if (telling.length === 1 && only) return { ...only, ...out };
    if (telling.length > 1) out['anyOf'] = telling;
    return out;
  }

  /** What a schema says of values of one type. */
  function typed(type: string, schema: JsonObject, refs: readonly string[], depth: number): JsonObject {
    const out: Record<string, Json> = { type };
    const format = textAt(schema, 'format');
    if (format !== undefined) {
      if (formats[type]?.has(format)) out['format'] = format;
      else changed(`the format ${format}`);
    }
    switch (type) {
      case 'OBJECT':
        Object.assign(out, objectParts(schema, refs, depth));
        break;
      case 'ARRAY':
        out['items'] = itemsOf(schema, refs, depth);
        break;
      case 'STRING':
        writeEnum(schema, out);
        break;
      case 'NUMBER':
      case 'INTEGER':
        writeBounds(type, schema, out);
        if (at(schema, 'enum') !== undefined || at(schema, 'const') !== undefined) tellEnum(schema, out);
        break;
      default:
        if (at(schema, 'enum') !== undefined || at(schema, 'const') !== undefined) tellEnum(schema, out);
    }
    return out;
  }

  function objectParts(schema: JsonObject, refs: readonly string[], depth: number): JsonObject {
    const properties = Object.entries(objectAt(schema, 'properties') ?? {});
    // An empty list of properties is refused, none at all is not.
    if (properties.length === 0) return {};
    const cleaned = Object.fromEntries(properties.map(([name, value]) => [name, clean(value, refs, depth + 1)]));
    const required = textsAt(schema, 'required').filter((name) => Object.hasOwn(cleaned, name));
    return required.length > 0 ? { properties: cleaned, required } : { properties: cleaned };
  }

  /** `items` is demanded, and is one schema. */
  function itemsOf(schema: JsonObject, refs: readonly string[], depth: number): JsonObject {
    const items = at(schema, 'items');
    const tuple = isList(items) ? items : listAt(schema, 'prefixItems');
    if (tuple.length > 0) {
      changed('the places of a tuple');
      const cleaned = tuple.map((item) => clean(item, refs, depth + 1));
      const distinct = [...new Map(cleaned.map((item) => [JSON.stringify(item), item])).values()];
      const [only] = distinct;
      return distinct.length === 1 && only ? only : { anyOf: distinct };
    }
    if (isObject(items)) return clean(items, refs, depth + 1);
    changed('items of any type');
    return { type: 'STRING' };
  }

  function writeEnum(schema: JsonObject, out: Record<string, Json>): void {
    const only = at(schema, 'const');
    const values = only === undefined ? at(schema, 'enum') : [only];
    if (!isList(values)) return;
    const texts = values.filter((value) => typeof value === 'string');
    if (values.includes(null)) out['nullable'] = true;
    if (texts.length > 0) out['enum'] = texts;
    if (values.some((value) => typeof value !== 'string' && value !== null))
      changed('values of an enum that are no text');
  }

  /** Enums are of texts only; others are at least told. */
  function tellEnum(schema: JsonObject, out: Record<string, Json>): void {
    changed('an enum that is not of texts');
    const only = at(schema, 'const');
    const values = only === undefined ? listAt(schema, 'enum') : [only];
    const told = `One of: ${values.map((value) => JSON.stringify(value)).join(', ')}`;
    const description = textAt(schema, 'description');
    out['description'] = description === undefined ? told : `${description}\n${told}`;
  }

  function writeBounds(type: string, schema: JsonObject, out: Record<string, Json>): void {
    const step = type === 'INTEGER' ? 1 : 0;
    for (const [key, bound, sign] of [
      ['exclusiveMinimum', 'minimum', 1],
      ['exclusiveMaximum', 'maximum', -1],
    ] as const) {
      const value = at(schema, key);
      if (isBigNumber(value)) out[bound] = bigNumber(`${BigInt(value.rawJSON) + BigInt(sign * step)}`);
      else if (typeof value === 'number') out[bound] = value + sign * step;
      else continue;
      if (step === 0) changed(`the keyword ${key}`);
    }
  }

  return clean;
}

/** The types that a schema names or that follow from its keywords, in capitals. */
function typesOf(schema: JsonObject): readonly string[] {
  const type = at(schema, 'type');
  if (typeof type === 'string') return [type.toUpperCase()];
  if (isList(type))
    return [...new Set(type.filter((word) => typeof word === 'string').map((word) => word.toUpperCase()))];
  if (at(schema, 'properties') !== undefined) return ['OBJECT'];
  if (at(schema, 'items') !== undefined || at(schema, 'prefixItems') !== undefined) return ['ARRAY'];
  const only = at(schema, 'const');
  const values = only === undefined ? listAt(schema, 'enum') : [only];
  const words = new Set(values.map(typeOfValue));
  return [...words];
}

function typeOfValue(value: Json): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (isBigNumber(value)) return 'INTEGER';
  if (typeof value === 'number') return Number.isInteger(value) ? 'INTEGER' : 'NUMBER';
  return isList(value) ? 'ARRAY' : 'OBJECT';
}

function isNull(schema: JsonObject): boolean {
  return at(schema, 'type') === 'null' || at(schema, 'const') === null;
}

function without(schema: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

/** All schemas at once: properties and demands are joined, of anything else the last wins. */
function merge(...schemas: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, Json>();
  const properties = new Map<string, Json>();
  const required = new Set<string>();
  const all: Json[] = [];
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema)) merged.set(key, value);
    for (const [name, value] of Object.entries(objectAt(schema, 'properties') ?? {})) properties.set(name, value);
    for (const name of textsAt(schema, 'required')) required.add(name);
    for (const part of listAt(schema, 'allOf')) all.push(part);
  }
  if (properties.size > 0) merged.set('properties', Object.fromEntries(properties));
  if (required.size > 0) merged.set('required', [...required]);
  if (all.length > 0) merged.set('allOf', all);
  return Object.fromEntries(merged);
}

/** What a reference within the document points to. https://www.rfc-editor.org/rfc/rfc6901#section-6 */
function pointed(root: JsonObject, ref: string): JsonObject | undefined {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let here: Json | undefined = root;
  for (const token of ref.slice(2).split('/')) {
    const key = unescaped(token);
    if (isList(here)) here = here[Number(key)];
    else if (isObject(here)) here = at(here, key);
    else return undefined;
  }
  return isObject(here) ? here : undefined;
}

function unescaped(token: string): string {
  let text = token;
  try {
    text = decodeURIComponent(token);
  } catch {
    // A stray percent sign stands for itself.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
