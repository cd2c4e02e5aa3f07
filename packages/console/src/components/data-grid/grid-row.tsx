import { memo, type CSSProperties, type MouseEvent as Press, type ReactNode } from 'react';
import { CellEditor } from './cell-editor.tsx';
import type { Column } from './column.ts';
import type { CellPosition } from './use-cursor.ts';

/** What every row of a grid shares; the same object until something of it changes, so that rows are not drawn in vain. */
export type RowContext<Row> = {
  readonly columns: readonly Column<Row>[];
  readonly selectable: boolean;
  readonly rowLabel: (row: Row) => string;
  readonly hasActions: boolean;
  readonly openable: boolean;
  readonly words: {
    select(name: string): string;
    actions(name: string): string;
    edit(column: string, name: string): string;
  };
  /** The handlers of the moment: their object never changes. */
  readonly on: {
    select(index: number, range: boolean): void;
    open(index: number): void;
    actions(index: number, button: HTMLElement): void;
    edit(place: CellPosition | undefined): void;
    put(place: CellPosition): void;
  };
};

type GridRowProps<Row> = {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly selected: boolean;
  /** It is looked at elsewhere on the page. */
  readonly current: boolean;
  /** The column that the cursor is in, -1 when it is in another row. */
  readonly cursor: number;
  /** The column that is being changed. */
  readonly editing: number;
  readonly context: RowContext<Row>;
};

/**
 * The column that says what a row is stays where the others are scrolled sideways. Only there: each sticky cell is a layer of its
 * own, and twenty of them cost more in each frame of scrolling than all that is drawn on them.
 */
export const stays =
  'group-data-sideways/grid:sticky group-data-sideways/grid:inset-s-0 group-data-sideways/grid:z-1 bg-inherit';
const anyCell = 'min-w-0 px-(--cell-pad,0.75rem) focus-visible:-outline-offset-2';
const cellClass = `flex items-center overflow-hidden ${anyCell}`;
/** A text alone needs no box of its own to be in the middle; most cells are that. */
const textClass = `block truncate leading-(--grid-row) ${anyCell}`;
const isText = (content: ReactNode): content is string | number =>
  typeof content === 'string' || typeof content === 'number';

function Row<R>({ row, index, top, selected, current, cursor, editing, context }: GridRowProps<R>) {
  const { columns, selectable, rowLabel, hasActions, openable, words, on } = context;
  const name = rowLabel(row);
  const offset = selectable ? 1 : 0;
  const cell = (col: number) => ({
    role: 'gridcell' as const,
    'aria-colindex': col + 1,
    'data-cell': `${index}:${col}`,
    tabIndex: cursor === col ? 0 : -1,
    onFocus: () => on.put({ row: index, col }),
  });
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      aria-current={current ? true : undefined}
      className={`group/row absolute inset-x-0 grid h-(--grid-row) grid-cols-(--grid-columns) border-b border-line last:border-b-0 hover:bg-hover ${
        selected || current ? 'bg-accent-wash' : 'bg-surface'
      } ${openable ? 'cursor-pointer' : ''}`}
      style={{ top } satisfies CSSProperties}
      onClick={(event) => {
        const target = event.target as HTMLElement;
        if (target.closest('a, button, input, label, [data-editing]') !== null) return;
        if (!event.shiftKey && target.closest('[data-editable]') !== null) return;
        if (event.shiftKey && selectable) on.select(index, true);
        else if (window.getSelection()?.toString() === '') on.open(index);
      }}
    >
      {selectable && (
        <div {...cell(0)} className={`${cellClass} justify-center px-0`}>
          <label className="grid size-8 cursor-pointer place-items-center">
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={words.select(name)}
              checked={selected}
              className="size-4 accent-accent"
              onChange={(event) => on.select(index, (event.nativeEvent as MouseEvent).shiftKey)}
            />
          </label>
        </div>
      )}
      {columns.map((column, place) => {
        const col = place + offset;
        const { edit } = column;
        const side = `${column.align === 'end' ? 'justify-end text-end' : ''} ${place === 0 ? stays : ''}`;
        if (editing === col && edit !== undefined)
          return (
            <div key={column.id} {...cell(col)} className={`${cellClass} ${side} overflow-visible`}>
              <CellEditor
                edit={edit}
                row={row}
                label={words.edit(column.header, name)}
                onClose={() => on.edit(undefined)}
              />
            </div>
          );
        const content = column.cell(row);
        const isPlain = edit === undefined && isText(content);
        return (
          <div
            key={column.id}
            {...cell(col)}
            className={`${isPlain ? textClass : cellClass} ${side} ${edit === undefined ? '' : 'cursor-text'}`}
            // One press, where a press elsewhere opens the row: two would open it first.
            {...(edit !== undefined && {
              'data-editable': true,
              onClick: ({ shiftKey }: Press) => {
                if (!shiftKey) on.edit({ row: index, col });
              },
            })}
          >
            {isPlain ? content : <CellContent editable={edit !== undefined}>{content}</CellContent>}
          </div>
        );
      })}
      {hasActions && (
        <div {...cell(columns.length + offset)} className={`${cellClass} justify-center px-0`}>
          <button
            type="button"
            tabIndex={-1}
            aria-haspopup="menu"
            aria-label={words.actions(name)}
            className="grid size-7 place-items-center rounded-md text-[0.5rem] leading-none tracking-widest text-muted hover:bg-sunken hover:text-ink"
            onClick={(event) => on.actions(index, event.currentTarget)}
          >
            •••
          </button>
        </div>
      )}
    </div>
  );
}

const CellContent = ({ editable, children }: { readonly editable: boolean; readonly children: ReactNode }) => (
  <span
    className={`min-w-0 truncate ${editable ? 'underline decoration-dashed decoration-field underline-offset-4' : ''}`}
  >
    {children}
  </span>
);

/** A row; it is drawn again when its own data, selection or cursor changes. */
// `memo` forgets that the component has a type of its rows.
export const GridRow = memo(Row) as typeof Row;
