import { ArrowDown, ArrowUp, ChevronDown, ChevronRight } from 'lucide-react';
import { useRef, type PointerEvent, type ReactNode } from 'react';
import { isSortable, type Column } from './column.ts';
import { stays } from './grid-row.tsx';
import type { LayoutControl } from './use-layout.ts';
import { useGridWords } from './words.ts';

type GridHeaderProps<Row> = {
  readonly columns: readonly Column<Row>[];
  readonly layout: LayoutControl<Row>;
  readonly sorting: { readonly id: string; readonly desc: boolean } | undefined;
  readonly onSort: (column: Column<Row>) => void;
  /** The column that the cursor is in, -1 when it is among the rows. */
  readonly cursor: number;
  readonly onFocus: (col: number) => void;
  readonly selection:
    | { readonly all: boolean; readonly some: boolean; readonly onChange: (all: boolean) => void }
    | undefined;
  readonly hasActions: boolean;
};

/** The head of a grid: it stays, sorts, and its edges are drawn to make a column wider. */
export function GridHeader<Row>({
  columns,
  layout,
  sorting,
  onSort,
  cursor,
  onFocus,
  selection,
  hasActions,
}: GridHeaderProps<Row>) {
  const t = useGridWords();
  const offset = selection === undefined ? 0 : 1;
  const cell = (col: number) => ({
    role: 'columnheader' as const,
    'aria-colindex': col + 1,
    'data-cell': `-1:${col}`,
    tabIndex: cursor === col ? 0 : -1,
    onFocus: () => onFocus(col),
  });
  return (
    <div role="rowgroup" className="sticky top-0 z-10 rounded-t-lg bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-8 grid-cols-(--grid-columns) rounded-t-lg border-b bg-surface border-line text-small font-medium text-muted"
      >
        {selection !== undefined && (
          <div {...cell(0)} className="grid place-items-center focus-visible:-outline-offset-2">
            <label className="grid size-7 cursor-pointer place-items-center">
              <input
                type="checkbox"
                tabIndex={-1}
                aria-label={t('selectAll')}
                checked={selection.all}
                ref={(box) => {
                  if (box !== null) box.indeterminate = selection.some && !selection.all;
                }}
                className="size-4 accent-accent"
                onChange={(event) => selection.onChange(event.target.checked)}
              />
            </label>
          </div>
        )}
        {columns.map((column, place) => {
          const sorted = sorting?.id === column.id ? sorting : undefined;
          const Arrow = sorted?.desc === true ? ArrowDown : ArrowUp;
          return (
            <div
              key={column.id}
              {...cell(place + offset)}
              aria-sort={
                sorted === undefined
                  ? isSortable(column)
                    ? 'none'
                    : undefined
                  : sorted.desc
                    ? 'descending'
                    : 'ascending'
              }
              title={column.headerTitle}
              className={`flex min-w-0 items-center gap-1 px-(--cell-pad,0.75rem) focus-visible:-outline-offset-2 ${
                column.align === 'end' ? 'justify-end' : ''
              } ${isSortable(column) ? 'cursor-pointer select-none hover:text-ink' : ''} ${sorted === undefined ? '' : 'text-ink'} relative ${place === 0 ? stays : ''}`}
              onClick={() => {
                if (isSortable(column)) onSort(column);
              }}
            >
              <span className="truncate">{column.header}</span>
              {sorted !== undefined && <Arrow aria-hidden className="size-3.5 shrink-0" />}
              <Edge width={layout.widthOf(column)} onResize={(width) => layout.resize(column, width)} />
            </div>
          );
        })}
        {hasActions && (
          <div {...cell(columns.length + offset)}>
            <span className="sr-only">{t('actions')}</span>
          </div>
        )}
      </div>
    </div>
  );
}

/** Drawn to make a column wider or narrower; with the keyboard it is Alt with the arrows. */
function Edge({ width, onResize }: { readonly width: number; readonly onResize: (width: number) => void }) {
  const start = useRef<{ readonly x: number; readonly width: number } | undefined>(undefined);
  const move = (event: PointerEvent<HTMLSpanElement>): void => {
    if (start.current === undefined) return;
    const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    onResize(start.current.width + (event.clientX - start.current.x) * forward);
  };
  return (
    <span
      aria-hidden
      className="absolute inset-e-0 top-1.5 bottom-1.5 w-2 cursor-col-resize border-e border-line touch-none hover:border-accent"
      onClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        // A column that grows is as wide as it is drawn, whatever its share says.
        start.current = { x: event.clientX, width: event.currentTarget.parentElement?.offsetWidth ?? width };
      }}
      onPointerMove={move}
      onPointerUp={(event) => {
        move(event);
        start.current = undefined;
      }}
    />
  );
}

type GroupHeadProps = {
  readonly open: boolean;
  readonly index: number;
  readonly top: number;
  readonly tabStop: boolean;
  readonly colCount: number;
  readonly onToggle: () => void;
  readonly onFocus: () => void;
  /** At its end. */
  readonly actions: ReactNode;
  readonly children: ReactNode;
};

/** The head of a group of rows. */
export function GroupHead({
  open,
  index,
  top,
  tabStop,
  colCount,
  onToggle,
  onFocus,
  actions,
  children,
}: GroupHeadProps) {
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-expanded={open}
      className="absolute inset-x-0 h-(--grid-row) border-b border-line bg-sunken"
      style={{ top }}
    >
      <div
        role="gridcell"
        aria-colindex={1}
        aria-colspan={colCount}
        data-cell={`${index}:0`}
        tabIndex={tabStop ? 0 : -1}
        onFocus={onFocus}
        onClick={onToggle}
        className="flex h-full cursor-pointer items-center gap-2 px-3 text-small font-medium focus-visible:-outline-offset-2"
      >
        <Arrow aria-hidden className="size-4 shrink-0 text-muted rtl:-scale-x-100" />
        {children}
        {/* Pressing a button of the kit does not reach the head. */}
        {actions !== undefined && <span className="ms-auto flex gap-1">{actions}</span>}
      </div>
    </div>
  );
}
