import type { Field, FieldKind, Fields, ValuesOf } from '@tollgate/contract/entities/field';
import type { Json } from '@tollgate/wire/protocol';
import { readJson, texts } from './configuration/json-column.ts';
import { column, optional } from './table.ts';
import type { Column } from './table.ts';

/** What the values of each kind are in a row. */
type Kept = { integer: number; moment: number; flag: number; text: string; texts: string; json: string };
type KeptAs<F> = F extends Field<infer K, infer T> ? (null extends T ? Kept[K] | null : Kept[K]) : never;

type Snake<S extends string> = S extends `${infer Head}${infer Rest}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Rest>}`
  : '';

/** Names of columns that are called otherwise than their fields. */
type Names<F extends Fields> = { readonly [N in keyof F]?: string };

/** `baseUrl` is kept in `base_url`; the name of a column that holds JSON ends in `_json`. */
type NameOf<N, F, Own> = N extends keyof Own
  ? Own[N] & string
  : F extends Field<'texts' | 'json'>
    ? `${Snake<N & string>}_json`
    : Snake<N & string>;

type ColumnsOf<F extends Fields, Own> = { readonly [N in keyof F as NameOf<N, F[N], Own>]: Column<KeptAs<F[N]>> };
type RowOf<F extends Fields, Own> = { [N in keyof F as NameOf<N, F[N], Own>]: KeptAs<F[N]> };

/** Declared fields in the database. */
type FieldColumns<F extends Fields, Own> = {
  /** For the declaration of the table. */
  readonly columns: ColumnsOf<F, Own>;
  /** All of the fields as an insert or an update takes them. What else there is of the entity is left out. */
  write(values: ValuesOf<F>): RowOf<F, Own>;
  /** The same of fields that change; one that is absent or undefined stays as it is. */
  writeSome(values: { readonly [N in keyof F]?: ValuesOf<F>[N] | undefined }): Partial<RowOf<F, Own>>;
  /** The fields of a row. */
  read(row: RowOf<F, Own>): ValuesOf<F>;
};

/** The columns of declared fields, and how they are written and read. */
export function fieldColumns<F extends Fields, const Own extends Names<F> = Record<never, string>>(
  fields: F,
  own?: Own,
): FieldColumns<F, Own> {
  const names: Readonly<Record<string, string | undefined>> = own ?? {};
  const list = Object.entries(fields).map(([name, one]) => ({
    name,
    one,
    columnName: names[name] ?? columnName(name, one.kind),
    initial: one.kind === 'json' ? JSON.stringify(one.default) : undefined,
  }));
  const rowOf = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    const row: Record<string, unknown> = {};
    for (const { name, one, columnName: at } of list) {
      const value = values[name];
      if (value !== undefined) row[at] = keep(one.kind, value);
    }
    return row;
  };
  // Each object below has a member for each field, which is what its type says and TypeScript cannot follow.
  return {
    columns: Object.fromEntries(list.map(({ one, columnName: at }) => [at, columnOf(one)])) as ColumnsOf<F, Own>,
    write: (values) => rowOf(values) as RowOf<F, Own>,
    writeSome: (values) => rowOf(values) as Partial<RowOf<F, Own>>,
    read(row: Readonly<Record<string, unknown>>) {
      const values: Record<string, unknown> = {};
      for (const { name, one, columnName: at, initial } of list) {
        const kept = row[at];
        // Most are as they began, and a schema takes ten times as long as all the rest.
        values[name] = initial !== undefined && kept === initial ? one.default : readKept(one, kept);
      }
      return values as ValuesOf<F>;
    },
  };
}

function columnName(name: string, kind: FieldKind): string {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return kind === 'texts' || kind === 'json' ? `${snake}_json` : snake;
}

function columnOf({ kind, max, nullable }: Field): Column {
  const one = columnOfKind(kind, max);
  return nullable ? optional(one) : one;
}

/** Of 32 bits. */
const largestInteger = 2 ** 31 - 1;

function columnOfKind(kind: FieldKind, max: number): Column {
  switch (kind) {
    case 'integer':
      return max > largestInteger ? column.bigint : column.integer;
    case 'moment':
      return column.moment;
    case 'flag':
      return column.flag;
    case 'text':
      return column.text(max);
    case 'texts':
    case 'json':
      return column.longText;
  }
}

function keep(kind: FieldKind, value: unknown): unknown {
  if (value === null) return null;
  if (kind === 'flag') return value === true ? 1 : 0;
  return kind === 'texts' || kind === 'json' ? JSON.stringify(value) : value;
}

function readKept(one: Field, kept: unknown): unknown {
  if (one.kind === 'flag') return kept === null ? null : kept === 1;
  if (typeof kept !== 'string' || one.kind === 'text') return kept;
  return one.kind === 'texts' ? texts(readJson(kept)) : fitting(one, readJson(kept));
}

/** Parsed by its schema, so that what was added to it since has its default. */
function fitting(one: Field, value: Json): unknown {
  const parsed = one.schema.safeParse(value);
  return parsed.success ? parsed.data : one.default;
}
