import type { ReactNode } from 'react';
import type { Column } from './column.ts';

export type DataGridProps<Row extends object> = {
  /** Names it among the grids: what a reader chose about its columns is kept under it. */
  readonly id: string;
  readonly label: string;
  /** Made once: outside, or with `useMemo`. */
  readonly columns: readonly Column<Row>[];
  /** Undefined until they were read for the first time. */
  readonly rows: readonly Row[] | undefined;
  readonly rowId: (row: Row) => string;
  /** What a row is called, for its buttons. */
  readonly rowLabel: (row: Row) => string;
  readonly error?: Error | null;
  /** Said above the error, such as `The keys could not be read`. */
  readonly failed: string;
  readonly onRetry?: () => void;
  /** What is shown where there are no rows at all. */
  readonly empty: ReactNode;
  /** Where rows are missing because of filters: takes them away. */
  readonly onClearFilters?: (() => void) | undefined;
  /** More rows follow; they are asked for as the reader comes near the end. */
  readonly more?: boolean;
  readonly loadingMore?: boolean;
  readonly onMore?: () => void;
  /** `cost` upwards, `-cost` downwards; with `onSort` it lives in the address. */
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string | undefined) => void;
  /** A row was opened: by a click, Enter or `o`. */
  readonly onOpen?: (row: Row) => void;
  /** The chosen rows by their ids, and what can be done with them. */
  readonly selection?: {
    readonly ids: ReadonlySet<string>;
    readonly onChange: (ids: ReadonlySet<string>) => void;
    readonly actions: (rows: readonly Row[]) => ReactNode;
  };
  /** The items of a row's menu. */
  readonly actions?: (row: Row) => ReactNode;
  /** The group that a row belongs to, and the head of a group. */
  readonly groupBy?: (row: Row) => string;
  readonly groupHead?: (id: string, rows: readonly Row[]) => ReactNode;
  /** What can be done with all rows of a group, at the end of its head. */
  readonly groupActions?: (id: string, rows: readonly Row[]) => ReactNode;
  /** Beside the menu of the columns, above the rows. */
  readonly toolbar?: ReactNode;
  /** Lower rows, for logs. */
  readonly dense?: boolean;
  /** Elements of rows that left are used for those that came: for cells that keep nothing (no state, no open menu). */
  readonly reuseRows?: boolean;
  /** The row that is looked at elsewhere on the page, such as in a peek. */
  readonly current?: string | undefined;
  /** What `current` is about stands beside the rows: told of another row when the cursor moves there, and the cursor goes to `current`. */
  readonly onFollow?: ((row: Row) => void) | undefined;
  /** The reader scrolled away from the first row, or came back to it. */
  readonly onAway?: (away: boolean) => void;
  /** Grows to this many pixels, then scrolls; without it, to the foot of the window. */
  readonly maxHeight?: number;
};
