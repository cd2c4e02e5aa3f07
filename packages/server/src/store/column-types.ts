import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { DatabaseKind } from './database.ts';

type Column = RawBuilder<unknown>;

/** Column types that mean the same on all three databases; migrations use no others. */
export type ColumnTypes = {
  /** An id of ours: ASCII, up to 80 characters, compared byte by byte so that ids that start with a time sort by it. */
  readonly id: Column;
  /** Text of up to `length` characters that may be indexed; compared byte by byte (case matters). */
  readonly text: (length: number) => Column;
  /** Text of any length, JSON included; never indexed. */
  readonly longText: Column;
  /** 32-bit whole number: counts, statuses, flags (0 and 1). */
  readonly integer: Column;
  /** 64-bit whole number that stays a number in JavaScript: tokens, bytes. */
  readonly bigint: Column;
  /** Milliseconds since the epoch. */
  readonly moment: Column;
  /** Nano-dollars; the column's name must end in `_nanos`. */
  readonly money: Column;
};

const types: Record<DatabaseKind, ColumnTypes> = {
  sqlite: {
    id: sql`text`,
    text: () => sql`text`,
    longText: sql`text`,
    integer: sql`integer`,
    bigint: sql`integer`,
    moment: sql`integer`,
    money: sql`integer`,
  },
  postgres: {
    id: sql`varchar(80) collate "C"`,
    text: (length) => sql`varchar(${sql.lit(length)}) collate "C"`,
    longText: sql`text`,
    integer: sql`integer`,
    bigint: sql`bigint`,
    moment: sql`bigint`,
    money: sql`bigint`,
  },
  mysql: {
    id: sql`varchar(80) character set ascii collate ascii_bin`,
    text: (length) => sql`varchar(${sql.lit(length)}) character set utf8mb4 collate utf8mb4_bin`,
    longText: sql`longtext character set utf8mb4 collate utf8mb4_bin`,
    integer: sql`int`,
    bigint: sql`bigint`,
    moment: sql`bigint`,
    money: sql`bigint`,
  },
};

/** The column types of one database. */
export const columnTypes = (kind: DatabaseKind): ColumnTypes => types[kind];
