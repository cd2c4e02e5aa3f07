import { z } from 'zod';
import { momentSchema } from '../api/page.ts';

/**
 * A field of an entity, said once. What follows from it: its part of the schemas by which the entity is created, changed
 * and shown (here), its column and how it is read and written (server, `store/field-columns.ts`), and what a plan of
 * `apply` compares. Fields with rules of their own (names, money, secrets) are not declared so: they are written out.
 */
export type Field<K extends FieldKind = FieldKind, T = unknown> = {
  readonly kind: K;
  /** What may be written. */
  readonly schema: z.ZodType<T, T>;
  /** What is shown: less strict, because what was allowed once must still be shown. */
  readonly shown: z.ZodType<T, T>;
  /** Where none is given, and where a change says null. */
  readonly default: T;
  readonly nullable: boolean;
  /** Of a number the largest, of a text the most characters; otherwise 0. */
  readonly max: number;
};

/** `texts` is a list whose order has no meaning; `json` whatever its schema says. Both are kept as JSON. */
export type FieldKind = 'integer' | 'moment' | 'flag' | 'text' | 'texts' | 'json';

export type Fields = Readonly<Record<string, Field>>;

/** The values of declared fields, as the domain has them. */
export type ValuesOf<F extends Fields> = { readonly [N in keyof F]: ValueOf<F[N]> };
type ValueOf<F> = F extends Field<FieldKind, infer T> ? T : never;

/** What a field is for, as documentation and forms say it. */
type Words = string;

type Bounds = { readonly min: number; readonly max: number };
/** `is` says more of a text than its length; without it, it may have several lines. */
type TextRules = { readonly max: number; readonly is?: z.ZodString };
/** At most `max` of `each`. */
type TextsRules = { readonly each: z.ZodString; readonly min?: number; readonly max: number };
type Default<T> = { readonly default: T };

export const field = {
  integer: (of: Bounds & Default<number>, words: Words): Field<'integer', number> => ({
    ...whole('integer', z.int().min(of.min).max(of.max), of.default, words),
    shown: z.int().describe(words),
    max: of.max,
  }),

  flag: (of: Default<boolean>, words: Words): Field<'flag', boolean> => whole('flag', z.boolean(), of.default, words),

  text: (of: TextRules & Default<string>, words: Words): Field<'text', string> => ({
    ...whole('text', (of.is ?? lines).max(of.max), of.default, words),
    shown: z.string().describe(words),
    max: of.max,
  }),

  /** What is there twice counts once. */
  texts: (of: TextsRules & Default<readonly string[]>, words: Words): Field<'texts', readonly string[]> => {
    const list = unique(of.each).max(of.max);
    return {
      ...whole('texts', of.min === undefined ? list : list.min(of.min), of.default, words),
      shown: z.array(z.string()).describe(words),
    };
  },

  /** Stored values that no longer fit the schema read as the default: give what is added to it a default of its own. */
  json: <T>(of: { readonly schema: z.ZodType<T, T> } & Default<T>, words: Words): Field<'json', T> =>
    whole('json', of.schema, of.default, words),
};

/** The same, or null, which they are unless something is said. */
export const optional = {
  integer: (of: Bounds, words: Words): Field<'integer', number | null> =>
    orNull(field.integer({ ...of, default: of.min }, words)),

  /** Milliseconds since the epoch. */
  moment: (words: Words): Field<'moment', number | null> =>
    orNull({ ...whole('moment', momentSchema, 0, words), shown: z.int().describe(words) }),

  text: (of: TextRules, words: Words): Field<'text', string | null> =>
    orNull(field.text({ ...of, default: '' }, words)),

  json: <T>(of: { readonly schema: z.ZodType<T, T> }, words: Words): Field<'json', T | null> => ({
    ...field.json<T | null>({ schema: of.schema.nullable(), default: null }, words),
    nullable: true,
  }),

  texts: (of: TextsRules, words: Words): Field<'texts', readonly string[] | null> =>
    orNull(field.texts({ ...of, default: [] }, words)),
};

function whole<K extends FieldKind, T>(kind: K, schema: z.ZodType<T, T>, initial: T, words: Words): Field<K, T> {
  const described = schema.describe(words);
  return { kind, schema: described, shown: described, default: initial, nullable: false, max: 0 };
}

/** No database of ours would keep each control character. */
const lines = z.string().regex(/^[\P{Cc}\n\t]*$/u, 'must not have control characters but line breaks and tabs');

const unique = (each: z.ZodString) => z.array(each).overwrite((list) => [...new Set(list)]);

const orNull = <K extends FieldKind, T>(one: Field<K, T>): Field<K, T | null> => ({
  ...one,
  schema: one.schema.nullable(),
  shown: one.shown.nullable(),
  default: null,
  nullable: true,
});

type Shape<F extends Fields, S extends 'input' | 'change' | 'shown'> = {
  [N in keyof F]: {
    input: z.ZodDefault<z.ZodType<ValueOf<F[N]>, ValueOf<F[N]>>>;
    change: z.ZodNullable<z.ZodType<ValueOf<F[N]>, ValueOf<F[N]>>>;
    shown: z.ZodType<ValueOf<F[N]>, ValueOf<F[N]>>;
  }[S];
};

/** For the schema by which the entity is created: what is absent is the default. */
export const inputShape = <F extends Fields>(fields: F): Shape<F, 'input'> =>
  shapeOf<Shape<F, 'input'>>(fields, (one) => one.schema.default(one.default));

/** For the schema of changes, which is made partial: null goes back to the default. */
export const changeShape = <F extends Fields>(fields: F): Shape<F, 'change'> =>
  shapeOf<Shape<F, 'change'>>(fields, (one) => one.schema.nullable());

/** For the schema of answers. */
export const shownShape = <F extends Fields>(fields: F): Shape<F, 'shown'> =>
  shapeOf<Shape<F, 'shown'>>(fields, (one) => one.shown);

function shapeOf<S>(fields: Fields, schemaOf: (one: Field) => z.ZodType): S {
  // One schema for each field, which is what S says; TypeScript does not follow it through `fromEntries`.
  return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, schemaOf(one)])) as S;
}

/** The declared fields of something that has more. */
export function pickFields<F extends Fields>(fields: F, from: ValuesOf<F>): ValuesOf<F> {
  const values: Partial<ValuesOf<F>> = {};
  for (const name of namesOf(fields)) values[name] = from[name];
  // Every field was set.
  return values as ValuesOf<F>;
}

/** Every field at its default. */
export function defaultsOf<F extends Fields>(fields: F): ValuesOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, one.default])) as ValuesOf<F>;
}

/** What is given for declared fields; null is the default. */
type ChangeOf<F extends Fields> = { readonly [N in keyof F]?: ValueOf<F[N]> | null | undefined };

/** What a change says of declared fields: their new values, the default in place of null, nothing of the others. */
export function changesOf<F extends Fields>(fields: F, change: ChangeOf<F>): Partial<ValuesOf<F>> {
  const values: Partial<ValuesOf<F>> = {};
  for (const name of namesOf(fields)) {
    const value = change[name];
    // The default is of the field's own type, as the value is.
    if (value !== undefined) values[name] = (value ?? fields[name]?.default) as ValuesOf<F>[typeof name];
  }
  return values;
}

/** The names of declared fields, in their order. */
export function namesOf<F extends Fields>(fields: F): readonly (keyof F & string)[] {
  return Object.keys(fields);
}
