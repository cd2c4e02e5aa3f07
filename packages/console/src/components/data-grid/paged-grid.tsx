import type { Pages } from '../../lib/operations.ts';
import { DataGrid } from './data-grid.tsx';
import type { DataGridProps } from './props.ts';

type PagedGridProps<Row extends { readonly id: string }> = Omit<
  DataGridProps<Row>,
  'rows' | 'rowId' | 'error' | 'onRetry' | 'more' | 'loadingMore' | 'onMore'
> & {
  /** Of `usePages`. */
  readonly list: Pages<Row>;
  /** Where more is shown than was read, such as what has arrived since. */
  readonly rows?: readonly Row[] | undefined;
};

const idOf = ({ id }: { readonly id: string }): string => id;

/** A {@link DataGrid} over a list of the gateway: its pages follow each other as somebody scrolls. */
export const PagedGrid = <Row extends { readonly id: string }>({ list, rows, ...grid }: PagedGridProps<Row>) => (
  <DataGrid
    {...grid}
    rows={rows ?? list.rows}
    rowId={idOf}
    error={list.error}
    onRetry={list.retry}
    more={list.more}
    loadingMore={list.loadingMore}
    onMore={list.loadMore}
  />
);
