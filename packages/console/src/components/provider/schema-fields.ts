/** Fields of a provider's form, read from the JSON Schema that its descriptor gives. */

import { spaced } from '../../lib/spaced.ts';

export type SchemaField = {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'choice' | 'switch' | 'number' | 'rows' | 'json';
  readonly label: string;
  readonly help: string | undefined;
  readonly placeholder: string | undefined;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly fallback: unknown;
  /** Of `rows`: the schema of each. */
  readonly items: Schema | undefined;
};

export type Schema = Readonly<Record<string, unknown>>;
export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Names that say of a field that it is no secret, among those of a credential. */
const plain = /^(?:region|project|account|accountId|email|client_email|user|endpoint|version)$/i;

/**
 * The fields of an object's schema, in its order; of one that takes several shapes those of each, where what not every
 * shape needs is not required. `secret`: of a credential, whose texts are hidden unless their name says otherwise.
 */
export function fieldsOf(schema: Schema, secret: boolean): readonly SchemaField[] {
  const shapes = [schema.anyOf, schema.oneOf].find((list) => Array.isArray(list));
  if (shapes !== undefined) {
    const all = shapes.filter(isSchema).map((shape) => fieldsOf(shape, secret));
    const names = [...new Set(all.flatMap((fields) => fields.map(({ name }) => name)))];
    return names.flatMap((name) => {
      const found = all.flatMap((fields) => fields.find((field) => field.name === name) ?? []);
      const [first] = found;
      return first === undefined
        ? []
        : [{ ...first, required: found.length === all.length && found.every(({ required }) => required) }];
    });
  }
  const { properties } = schema;
  if (!isSchema(properties)) return [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(properties).flatMap(([name, own]) =>
    isSchema(own) && own.const === undefined ? [fieldOf(name, own, required.has(name), secret)] : [],
  );
}

function fieldOf(name: string, entry: Schema, required: boolean, secret: boolean): SchemaField {
  const own = withoutEmpty(entry);
  const words = Array.isArray(own.enum) ? own.enum.filter((word) => typeof word === 'string') : [];
  return {
    name,
    kind: kindOf(own, words.length > 0, typeof own.secret === 'boolean' ? own.secret : secret && !plain.test(name)),
    label: textOf(own.label) ?? textOf(own.title) ?? spaced(name),
    help: textOf(own.help) ?? textOf(own.description),
    placeholder: textOf(own.placeholder),
    required: required && own.default === undefined,
    choices: words,
    fallback: own.default,
    items: isSchema(own.items) ? own.items : undefined,
  };
}

/** What may be left empty is of the shape that it has when it is not. */
function withoutEmpty(own: Schema): Schema {
  const shapes = Array.isArray(own.anyOf) ? own.anyOf.filter(isSchema).filter((shape) => shape.const !== '') : [];
  const [only] = shapes;
  return only !== undefined && shapes.length === 1 ? { ...only, ...own } : own;
}

function kindOf(own: Schema, choice: boolean, secret: boolean): SchemaField['kind'] {
  if (choice) return 'choice';
  switch (own.type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return isSchema(own.items) && own.items.type === 'object' ? 'rows' : 'json';
    case 'string':
      return secret ? 'secret' : 'text';
    default:
      return 'json';
  }
}

/** What was entered, as it is sent: without what is empty; texts of JSON as what they say. Throws where one is not JSON. */
export function entered(
  fields: readonly SchemaField[],
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }): readonly (readonly [string, unknown])[] => {
      const value = values[name]?.trim() ?? '';
      if (value === '') return [];
      if (kind === 'switch') return [[name, value === 'true']];
      if (kind === 'number') return [[name, Number(value)]];
      return [[name, kind === 'json' || kind === 'rows' ? JSON.parse(value) : value]];
    }),
  );
}

/** Settings as they stand, as texts for the fields. */
export const shownValues = (settings: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
