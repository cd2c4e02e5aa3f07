import type { ReactNode } from 'react';

/** How a cell is changed in its place: `e`, Enter or a click opens it, Enter saves, Escape leaves. */
export type CellEdit<Row> = {
  /** What is edited, as text. */
  read(row: Row): string;
  readonly inputMode?: 'text' | 'decimal' | 'numeric';
  /** What somebody must know who changes this cell, while it is open; undefined where nothing. */
  note?(row: Row): string | undefined;
  /** What is wrong with a text, in words; undefined when nothing is. */
  check?(text: string, row: Row): string | undefined;
  /** Saves it, such as by a `useAction`; what it throws is shown at the cell, which stays open. */
  save(text: string, row: Row): Promise<void>;
};

export type SortValue = string | number | bigint | boolean | null | undefined;

/** A column of a grid. Make the list once (outside, or with `useMemo`): rows are drawn again when it is another one. */
export type Column<Row> = {
  /** Kept with what the reader chose, so it never changes. */
  readonly id: string;
  readonly header: string;
  /** Above the header's words, when they are an abbreviation. */
  readonly headerTitle?: string;
  readonly cell: (row: Row) => ReactNode;
  /** In pixels; a number of shares with `grow`. */
  readonly width: number;
  /** Takes what is left over, in proportion to its width. */
  readonly grow?: boolean;
  readonly align?: 'start' | 'end';
  /** What rows are sorted by, when all of them are here. */
  readonly sort?: (row: Row) => SortValue;
  /** The gateway sorts by it: `onSort` is told, and the rows come sorted. */
  readonly serverSort?: true;
  /** False: it cannot be hidden, because without it nobody knows what a row is. */
  readonly hideable?: false;
  /** Not shown until somebody asks for it. */
  readonly hidden?: true;
  readonly edit?: CellEdit<Row>;
  /** Its place in the two lines of a row on a phone; absent: not there. */
  readonly phone?: 'title' | 'aside' | 'detail' | 'detailAside';
};

export const isSortable = <Row>(column: Column<Row>): boolean =>
  column.sort !== undefined || column.serverSort === true;
