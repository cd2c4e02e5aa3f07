import type { Generated } from 'kysely';

/**
 * Tables as data, from which the types of their rows follow. A test compares them with what the migrations made, on each
 * database: a column that is declared here and made nowhere, or made and not declared, fails it.
 */
export type Table = { readonly [column: string]: Column };

/** One column as the migrations make it. `js` is what its values are in JavaScript, for the compiler alone. */
export type Column<V = unknown> = {
  readonly type: 'id' | 'text' | 'longText' | 'integer' | 'bigint' | 'moment' | 'money' | 'numbered';
  /** Of a text that may be indexed. */
  readonly length?: number;
  readonly nullable: boolean;
  readonly js?: V;
};

/** A row of a table, as Kysely sees it. */
export type Row<T extends Table> = { -readonly [K in keyof T]: T[K] extends Column<infer V> ? V : never };

const required = <V>(type: Column['type']): Column<V> => ({ type, nullable: false });

/** The kinds of columns; see `column-types.ts` for what each is in a database. */
export const column = {
  id: required<string>('id'),
  text: <V extends string = string>(length: number): Column<V> => ({ ...required<V>('text'), length }),
  longText: required<string>('longText'),
  integer: required<number>('integer'),
  /** 0 or 1. */
  flag: required<number>('integer'),
  bigint: required<number>('bigint'),
  moment: required<number>('moment'),
  /** Its name ends in `_nanos`. */
  money: required<bigint>('money'),
  /** A number that the database gives, never the same twice. */
  numbered: required<Generated<number>>('numbered'),
};

/** The column, or null. */
export const optional = <V>(one: Column<V>): Column<V | null> => ({ ...one, nullable: true });

/** The column, which an insert need not name: the database has a value for it. */
export const defaulted = <V>({ js: _, ...one }: Column<V>): Column<Generated<V>> => one;
