import { useState } from 'react';
import { keep, stored } from '../../lib/preferences.ts';
import type { Column } from './column.ts';

/** What a reader chose about the columns of a grid. */
export type Layout = {
  readonly order: readonly string[];
  /** Shown or hidden against the column's own default. */
  readonly shown: Readonly<Record<string, boolean>>;
  readonly widths: Readonly<Record<string, number>>;
};

const nothingChosen: Layout = { order: [], shown: {}, widths: {} };
const keyOf = (id: string): string => `tollgate.grid.${id}`;

function readLayout(id: string): Layout {
  try {
    const value: unknown = JSON.parse(stored(keyOf(id)) ?? 'null');
    if (typeof value !== 'object' || value === null) return nothingChosen;
    const { order, shown, widths } = value as Partial<Layout>;
    return { order: Array.isArray(order) ? order : [], shown: shown ?? {}, widths: widths ?? {} };
  } catch {
    return nothingChosen;
  }
}

export type LayoutControl<Row> = {
  /** In the order chosen; columns that came since stand where they are declared. */
  readonly all: readonly Column<Row>[];
  readonly visible: readonly Column<Row>[];
  isShown(column: Column<Row>): boolean;
  widthOf(column: Column<Row>): number;
  isResized(column: Column<Row>): boolean;
  show(column: Column<Row>, shown: boolean): void;
  move(column: Column<Row>, by: 1 | -1): void;
  resize(column: Column<Row>, width: number): void;
  reset(): void;
};

const least = 56;

/** Order, width and visibility of the columns of a grid, kept in this browser under the grid's name. */
export function useLayout<Row>(id: string, columns: readonly Column<Row>[]): LayoutControl<Row> {
  const [layout, setLayout] = useState(() => readLayout(id));
  const change = (next: Layout): void => {
    setLayout(next);
    keep(keyOf(id), next === nothingChosen ? undefined : JSON.stringify(next));
  };
  const all = ordered(columns, layout.order);
  const isShown = (column: Column<Row>): boolean => layout.shown[column.id] ?? column.hidden !== true;
  return {
    all,
    visible: all.filter(isShown),
    isShown,
    isResized: ({ id: column }) => layout.widths[column] !== undefined,
    widthOf: (column) => layout.widths[column.id] ?? column.width,
    show: (column, shown) => change({ ...layout, shown: { ...layout.shown, [column.id]: shown } }),
    move: (column, by) => {
      const order = all.map((one) => one.id);
      const from = order.indexOf(column.id);
      const to = from + by;
      if (to < 0 || to >= order.length) return;
      change({ ...layout, order: order.with(from, order[to] ?? '').with(to, column.id) });
    },
    resize: (column, width) =>
      change({ ...layout, widths: { ...layout.widths, [column.id]: Math.max(least, Math.round(width)) } }),
    reset: () => change(nothingChosen),
  };
}

function ordered<Row>(columns: readonly Column<Row>[], order: readonly string[]): readonly Column<Row>[] {
  if (order.length === 0) return columns;
  const placeOf = (column: Column<Row>, declared: number): number => {
    const place = order.indexOf(column.id);
    return place === -1 ? declared - 0.5 : place;
  };
  return columns
    .map((column, declared) => ({ column, place: placeOf(column, declared) }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ column }) => column);
}
