import { useMemo, useState } from 'react';
import type { Column, SortValue } from './column.ts';

type RowItem<Row> = { readonly kind: 'row'; readonly id: string; readonly row: Row };

/** A row, or the head of a group of them. */
export type Item<Row> =
  | RowItem<Row>
  | { readonly kind: 'group'; readonly id: string; readonly rows: readonly Row[]; readonly open: boolean };

/** `cost` upwards, `-cost` downwards: as an address has it. */
export const sortingOf = (sort: string | undefined): { readonly id: string; readonly desc: boolean } | undefined =>
  sort === undefined || sort === '' ? undefined : { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') };

/** Making one costs more than comparing by it; `model-2` comes before `model-10`. */
const collator = new Intl.Collator(undefined, { numeric: true });

function compare(one: SortValue, other: SortValue): number {
  if (one === other) return 0;
  // What is not known stands last, upwards.
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  if (typeof one === 'string' && typeof other === 'string') return collator.compare(one, other);
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
  const plain = useMemo(() => rows.map((row): RowItem<Row> => ({ kind: 'row', id: rowId(row), row })), [rows, rowId]);
  const sorted = useMemo(() => inOrder(plain, columns, sort), [plain, columns, sort]);
  const items = useMemo(
    (): readonly Item<Row>[] => (groupBy === undefined ? sorted : grouped(sorted, groupBy, closed)),
    [sorted, groupBy, closed],
  );
  return {
    items,
    toggleGroup: (id: string): void => {
      const next = new Set(closed);
      if (!next.delete(id)) next.add(id);
      setClosed(next);
    },
  };
}

/** By the column asked for, where all rows are here to be sorted; equal ones stay as they came. */
function inOrder<Row>(
  items: readonly RowItem<Row>[],
  columns: readonly Column<Row>[],
  sort: string | undefined,
): readonly RowItem<Row>[] {
  const asked = sortingOf(sort);
  const by = columns.find(({ id }) => id === asked?.id)?.sort;
  if (asked === undefined || by === undefined) return items;
  const direction = asked.desc ? -1 : 1;
  return items.toSorted((one, other) => direction * compare(by(one.row), by(other.row)));
}

function grouped<Row>(
  plain: readonly RowItem<Row>[],
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
