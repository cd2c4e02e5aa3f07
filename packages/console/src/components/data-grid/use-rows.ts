import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type SortingState,
} from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import type { Column, SortValue } from './column.ts';

/** A row, or the head of a group of them. */
export type Item<Row> =
  | { readonly kind: 'row'; readonly id: string; readonly row: Row }
  | { readonly kind: 'group'; readonly id: string; readonly rows: readonly Row[]; readonly open: boolean };

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** `cost` upwards, `-cost` downwards: as an address has it. */
export const sortingOf = (sort: string | undefined): { readonly id: string; readonly desc: boolean } | undefined =>
  sort === undefined || sort === '' ? undefined : { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') };

function compare(one: SortValue, other: SortValue): number {
  if (one === other) return 0;
  // What is not known stands last, upwards.
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  if (typeof one === 'string' && typeof other === 'string')
    return one.localeCompare(other, undefined, { numeric: true });
  return one < other ? -1 : 1;
}

type RowsOptions<Row> = {
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly sort: string | undefined;
  readonly groupBy: ((row: Row) => string) | undefined;
};

/** The rows in the order asked for, with the heads of their groups among them. */
export function useRows<Row extends object>({ rows, rowId, columns, sort, groupBy }: RowsOptions<Row>) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const asked = sortingOf(sort);
  const here = columns.find(({ id }) => id === asked?.id)?.sort !== undefined;
  const sorting = useMemo<SortingState>(() => {
    const by = sortingOf(sort);
    return by === undefined || !here ? [] : [by];
  }, [sort, here]);
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: Row): SortValue => column.sort?.(row),
        enableSorting: column.sort !== undefined,
        sortUndefined: false as const,
        sortFn: (one: { readonly original: Row }, other: { readonly original: Row }) =>
          compare(column.sort?.(one.original), column.sort?.(other.original)),
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { sorting },
    enableSortingRemoval: true,
  });
  const sorted = table.getRowModel().rows;
  const items = useMemo((): readonly Item<Row>[] => {
    const plain = sorted.map(({ id, original }) => ({ kind: 'row' as const, id, row: original }));
    return groupBy === undefined ? plain : grouped(plain, groupBy, closed);
  }, [sorted, groupBy, closed]);
  return {
    items,
    toggleGroup: (id: string): void => {
      const next = new Set(closed);
      if (!next.delete(id)) next.add(id);
      setClosed(next);
    },
  };
}

function grouped<Row>(
  plain: readonly Extract<Item<Row>, { kind: 'row' }>[],
  groupBy: (row: Row) => string,
  closed: ReadonlySet<string>,
): readonly Item<Row>[] {
  const groups = Map.groupBy(plain, ({ row }) => groupBy(row));
  return [...groups].flatMap(([id, members]): readonly Item<Row>[] => {
    const open = !closed.has(id);
    const head = { kind: 'group' as const, id, rows: members.map(({ row }) => row), open };
    return open ? [head, ...members] : [head];
  });
}
