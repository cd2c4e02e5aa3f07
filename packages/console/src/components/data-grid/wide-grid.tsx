import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type CSSProperties } from 'react';
import { useHeightToFoot } from '../../lib/height.ts';
import { density, usePreference } from '../../lib/preferences.ts';
import { isSortable, type Column } from './column.ts';
import { GridHeader, GroupHead } from './grid-header.tsx';
import { GridRow, type RowContext } from './grid-row.tsx';
import type { DataGridProps } from './props.ts';
import { useCursor, type CellPosition } from './use-cursor.ts';
import { useDrawn } from './use-drawn.ts';
import { useFollowed } from './use-followed.ts';
import type { LayoutControl } from './use-layout.ts';
import { useRowContext } from './use-row-context.ts';
import type { Item } from './use-rows.ts';

type WideGridProps<Row extends object> = Omit<DataGridProps<Row>, 'onSort' | 'sort'> & {
  readonly items: readonly Item<Row>[];
  readonly layout: LayoutControl<Row>;
  readonly sorting: { readonly id: string; readonly desc: boolean } | undefined;
  readonly onSort: (sort: string | undefined) => void;
  readonly onMenu: ((row: Row, button: HTMLElement) => void) | undefined;
  readonly onGroup: (id: string) => void;
  readonly words: RowContext<Row>['words'];
};

const rowHeights = { compact: 36, comfortable: 44 } as const;
const denseHeights = { compact: 28, comfortable: 36 } as const;
const headHeight = 32;
const narrow = '2.5rem';

/** What moves, chooses, sorts, opens and changes; the components below only draw it. */
function useWideGrid<Row extends object>(props: WideGridProps<Row>) {
  const { items, layout, sorting, selection, onOpen, onMenu } = props;
  const grid = useRef<HTMLDivElement>(null);
  const rowHeight = (props.dense === true ? denseHeights : rowHeights)[usePreference(density)];
  const away = useRef(false);
  const [editing, setEditing] = useState<CellPosition>();
  const columns = layout.visible;
  const offset = selection === undefined ? 0 : 1;
  const colCount = columns.length + offset + (onMenu === undefined ? 0 : 1);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    overscan: 5,
    // The head stays, and covers as much.
    scrollPaddingStart: headHeight,
  });
  // What was measured at first holds until the density is another one: measuring again draws every row once more.
  const measured = useRef(rowHeight);
  useEffect(() => {
    if (measured.current === rowHeight) return;
    measured.current = rowHeight;
    virtual.measure();
  }, [virtual, rowHeight]);
  useMore(props, virtual.getVirtualItems().at(-1)?.index ?? 0);

  const { select, rowAt } = useSelecting(props);
  const column = (col: number): Column<Row> | undefined => columns[col - offset];
  const sort = (one: Column<Row>): void => props.onSort(nextSort(one, sorting));
  const open = (index: number): void => {
    const item = items[index];
    if (item?.kind === 'group') props.onGroup(item.id);
    else if (item !== undefined) onOpen?.(item.row);
  };
  const told = useRef<string>(undefined);
  const isCurrent = (index: number): boolean => props.current !== undefined && items[index]?.id === props.current;
  const cursor = useCursor({
    grid,
    rowCount: items.length,
    colCount,
    pageRows: () => Math.max(1, Math.floor(((grid.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1),
    actions: {
      scrollTo: (row) => {
        virtual.scrollToIndex(row);
        const to = rowAt(row);
        if (to === undefined || props.onFollow === undefined || (told.current ?? props.current) === props.rowId(to))
          return;
        told.current = props.rowId(to);
        props.onFollow(to);
      },
      open,
      isBeside: (row) => props.onFollow !== undefined && isCurrent(row),
      toggle: (row) => select(row, false),
      extend: (row) => select(row, true),
      edit: (place) => {
        if (rowAt(place.row) === undefined || column(place.col)?.edit === undefined) return false;
        setEditing(place);
        return true;
      },
      sort: (col) => {
        const one = column(col);
        if (one !== undefined && isSortable(one)) sort(one);
      },
      resize: (col, by) => {
        const one = column(col);
        if (one !== undefined) layout.resize(one, layout.widthOf(one) + by);
      },
    },
  });
  const context = useRowContext({
    columns,
    selectable: selection !== undefined,
    rowLabel: props.rowLabel,
    hasActions: onMenu !== undefined,
    openable: onOpen !== undefined,
    words: props.words,
    on: {
      select,
      open,
      actions: (index, button) => {
        const row = rowAt(index);
        if (row !== undefined) onMenu?.(row, button);
      },
      edit: (place) => {
        setEditing(place);
        if (place === undefined) cursor.restore();
      },
      put: cursor.put,
    },
  });
  useFollowed({
    told,
    follows: props.onFollow !== undefined,
    current: props.current,
    items,
    at: cursor.at.row,
    go: (row) => {
      if (grid.current?.contains(document.activeElement) === true) return cursor.go(row, cursor.at.col);
      virtual.scrollToIndex(row);
      return cursor.put({ row, col: cursor.at.col });
    },
  });
  const { onAway } = props;
  useEffect(() => onAway?.(false), [onAway]);
  const [sideways, setSideways] = useState(false);
  const scrolled = ({ scrollTop, scrollLeft }: HTMLElement): void => {
    setSideways(scrollLeft !== 0);
    if (scrollTop > 0 === away.current) return;
    away.current = scrollTop > 0;
    onAway?.(scrollTop > 0);
  };
  return { grid, rowHeight, columns, colCount, virtual, sort, cursor, context, editing, scrolled, sideways };
}

type Wide<Row extends object> = ReturnType<typeof useWideGrid<Row>>;

/** The rows on a screen that is wide enough for columns. */
export function WideGrid<Row extends object>(props: WideGridProps<Row>) {
  const { label, items, layout, sorting, selection, onMenu } = props;
  const wide = useWideGrid(props);
  const { grid, cursor, virtual, colCount } = wide;
  const { at } = cursor;
  const height = useHeightToFoot(grid, props.maxHeight);
  const template = templateOf(layout, selection !== undefined, onMenu !== undefined);
  const isDrawn = at.row === -1 || virtual.getVirtualItems().some(({ index }) => index === at.row);
  return (
    <div
      ref={grid}
      role="grid"
      aria-label={label}
      aria-rowcount={props.more === true ? -1 : items.length + 1}
      aria-colcount={colCount}
      aria-multiselectable={selection === undefined ? undefined : true}
      data-sideways={wide.sideways ? '' : undefined}
      // Where the cursor's row was scrolled away, the grid itself is the tab stop that leads back to it.
      tabIndex={isDrawn ? -1 : 0}
      onFocus={(event) => {
        if (event.target === event.currentTarget && !isDrawn) cursor.go(at.row, at.col);
      }}
      onKeyDown={cursor.onKeyDown}
      onScroll={(event) => wide.scrolled(event.currentTarget)}
      className={`group/grid relative overflow-auto rounded-lg ${props.dense === true ? 'text-small [--cell-pad:0.5rem]' : ''}`}
      style={
        {
          maxHeight: height,
          '--grid-row': `${wide.rowHeight}px`,
          '--grid-columns': template.columns,
        } as CSSProperties
      }
    >
      <div style={{ minWidth: template.least }}>
        <GridHeader
          columns={wide.columns}
          layout={layout}
          sorting={sorting}
          onSort={wide.sort}
          cursor={at.row === -1 ? at.col : -1}
          onFocus={(col) => cursor.put({ row: -1, col })}
          hasActions={onMenu !== undefined}
          selection={wholeOf(props)}
        />
        <Body {...props} wide={wide} />
      </div>
    </div>
  );
}

/** What the box in the head says and does. */
function wholeOf<Row extends object>({ selection, rows = [], rowId }: WideGridProps<Row>) {
  if (selection === undefined) return undefined;
  const { ids, onChange } = selection;
  return {
    all: ids.size > 0 && rows.every((row) => ids.has(rowId(row))),
    some: ids.size > 0,
    onChange: (all: boolean) => onChange(new Set(all ? rows.map(rowId) : [])),
  };
}

function Body<Row extends object>({ wide, ...props }: WideGridProps<Row> & { readonly wide: Wide<Row> }) {
  const { virtual, cursor, colCount, context, editing } = wide;
  const { at } = cursor;
  const drawn = useDrawn(props.items, virtual.getVirtualItems(), props.reuseRows);
  return (
    <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
      {drawn.map(({ index, start, item, slot }) => {
        if (item.kind === 'group')
          return (
            <GroupHead
              key={slot}
              open={item.open}
              index={index}
              top={start}
              tabStop={at.row === index}
              colCount={colCount}
              onToggle={() => props.onGroup(item.id)}
              onFocus={() => cursor.put({ row: index, col: 0 })}
              actions={props.groupActions?.(item.id, item.rows)}
            >
              {props.groupHead?.(item.id, item.rows) ?? item.id}
            </GroupHead>
          );
        return (
          <GridRow
            key={slot}
            row={item.row}
            index={index}
            top={start}
            selected={props.selection?.ids.has(item.id) ?? false}
            current={props.current === item.id}
            cursor={at.row === index ? at.col : -1}
            editing={editing?.row === index ? editing.col : -1}
            context={context}
          />
        );
      })}
    </div>
  );
}

/** Up, down, and as it came. */
function nextSort<Row>(column: Column<Row>, sorting: WideGridProps<object>['sorting']): string | undefined {
  if (sorting?.id !== column.id) return column.align === 'end' ? `-${column.id}` : column.id;
  const first = column.align === 'end';
  return sorting.desc === first ? (first ? column.id : `-${column.id}`) : undefined;
}

/** The columns of CSS's grid, and how wide they are at least. */
function templateOf<Row>(layout: LayoutControl<Row>, selectable: boolean, hasActions: boolean) {
  const grows = layout.visible.some((column) => column.grow === true && !layout.isResized(column));
  const tracks = layout.visible.map((column, place) => {
    const width = layout.widthOf(column);
    const last = place === layout.visible.length - 1;
    const share = layout.isResized(column) ? !grows && last : column.grow === true || (!grows && last);
    return share ? `minmax(${width}px, ${width}fr)` : `${width}px`;
  });
  const least = layout.visible.reduce((sum, column) => sum + layout.widthOf(column), 0);
  const extra = Number(selectable) + Number(hasActions);
  return {
    columns: [...(selectable ? [narrow] : []), ...tracks, ...(hasActions ? [narrow] : [])].join(' '),
    least: least + extra * 40,
  };
}

/** Asks for more as the last rows come near. */
function useMore<Row extends object>({ more, loadingMore, onMore, items }: WideGridProps<Row>, last: number): void {
  const near = more === true && loadingMore !== true && last >= items.length - 15;
  useEffect(() => {
    if (near) onMore?.();
    // Asked once for each time that it comes near, whoever the function is.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [near, items.length]);
}

/** Choosing rows one by one, or from the last one to this. */
function useSelecting<Row extends object>({ items, selection, rowId }: WideGridProps<Row>) {
  const last = useRef<number>(undefined);
  const rowAt = (index: number): Row | undefined => {
    const item = items[index];
    return item?.kind === 'row' ? item.row : undefined;
  };
  const select = (index: number, range: boolean): void => {
    const row = rowAt(index);
    if (selection === undefined || row === undefined) return;
    const ids = new Set(selection.ids);
    if (range && last.current !== undefined) {
      const [from, to] = [Math.min(last.current, index), Math.max(last.current, index)];
      for (const item of items.slice(from, to + 1)) if (item.kind === 'row') ids.add(item.id);
    } else if (!ids.delete(rowId(row))) ids.add(rowId(row));
    if (!range || last.current === undefined) last.current = index;
    selection.onChange(ids);
  };
  return { select, rowAt };
}
