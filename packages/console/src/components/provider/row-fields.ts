/** Lists of things in a provider's settings, such as rules for paths: what each of them is told, by the JSON Schema. */

import type { Json } from '../../lib/changes.ts';
import { spaced } from '../../lib/spaced.ts';
import { isSchema, type Schema } from './schema-fields.ts';

export type RowField = {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly kind: 'text' | 'choice' | 'tags' | 'object';
  /** Of a choice and of tags; tags without any are free. */
  readonly choices: readonly string[];
  readonly fallback: Json | undefined;
  /** Of an object. */
  readonly fields: readonly RowField[];
};

export type Row = Readonly<Record<string, Json>>;

const textsOf = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((word) => typeof word === 'string') : [];

/** The words that a field may be: of an `enum`, or the one of a `const`. */
const wordsOf = ({ enum: list, const: only }: Schema): readonly string[] =>
  typeof only === 'string' ? [only] : textsOf(list);

/** The fields of a row; of one that takes several shapes those of each, where what not every shape needs is not required. */
export function rowFieldsOf(schema: Schema): readonly RowField[] {
  const union = [schema.anyOf, schema.oneOf].find((list) => Array.isArray(list));
  const shapes = (union ?? [schema]).filter(isSchema);
  const names = [...new Set(shapes.flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : [])))];
  return names.map((name): RowField => {
    const own = shapes.flatMap(({ properties }) => {
      const found = isSchema(properties) ? properties[name] : undefined;
      return isSchema(found) ? [found] : [];
    });
    const required = shapes.every((shape) => textsOf(shape.required).includes(name));
    return fieldOf(name, own, required);
  });
}

function fieldOf(name: string, own: readonly Schema[], required: boolean): RowField {
  const [first = {}] = own;
  const items = isSchema(first.items) ? first.items : {};
  const words = own.flatMap(wordsOf);
  const nested = first.properties ?? first.oneOf ?? first.anyOf;
  const kind = words.length > 0 ? 'choice' : first.type === 'array' ? 'tags' : nested === undefined ? 'text' : 'object';
  return {
    name,
    label: spaced(name),
    required: required && first.default === undefined,
    kind,
    choices: kind === 'choice' ? [...new Set(words)] : textsOf(items.enum),
    fallback: first.default as Json | undefined,
    fields: kind === 'object' ? rowFieldsOf(first) : [],
  };
}

/** The rows of what was entered; none where it is no list of them. */
export function rowsOf(text: string): readonly Row[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read)
      ? read.filter((row: unknown): row is Row => typeof row === 'object' && row !== null)
      : [];
  } catch {
    return [];
  }
}

/** A row with a field changed; one that is emptied is not there any more. */
export function withField(row: Row, name: string, value: Json): Row {
  const { [name]: _gone, ...rest } = row;
  const empty = value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return empty ? rest : { ...rest, [name]: value };
}
