import { SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useMedia } from '../../lib/media.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice, ErrorState } from '../ui/error-state.tsx';
import { AnchoredMenu } from '../ui/menu.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import type { DataGridProps } from './props.ts';
import { PhoneList } from './phone-list.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { sortingOf, useRows } from './use-rows.ts';
import { useLayout } from './use-layout.ts';
import { WideGrid } from './wide-grid.tsx';
import { useGridWords } from './words.ts';

/**
 * Rows of things: the one table of the console. Thousands of rows are drawn as they are scrolled to; one tab stop, with the
 * keys of ARIA's grid pattern; on a phone, a list of two-line rows.
 */
export function DataGrid<Row extends object>(props: DataGridProps<Row>) {
  const {
    id,
    label,
    columns,
    rows,
    rowId,
    rowLabel,
    error = null,
    failed,
    onRetry,
    selection,
    actions,
    toolbar,
  } = props;
  const t = useGridWords();
  const phone = useMedia('(max-width: 47.99rem)');
  const layout = useLayout(id, columns);
  const [ownSort, setOwnSort] = useState<string>();
  const [menu, setMenu] = useState<{ readonly row: Row; readonly button: HTMLElement }>();
  const sort = props.onSort === undefined ? ownSort : props.sort;
  const { items, toggleGroup } = useRows({ rows: rows ?? none, rowId, columns, sort, groupBy: props.groupBy });
  const onSort = props.onSort ?? setOwnSort;
  const words = useMemo(
    () => ({
      more: t('more'),
      select: (name: string) => t('select', { name }),
      actions: (name: string) => t('actionsOf', { name }),
      edit: (column: string, name: string) => t('edit', { column, name }),
    }),
    [t],
  );
  const filled = rows !== undefined && rows.length > 0;
  const openMenu =
    actions === undefined ? undefined : (row: Row, button: HTMLElement): void => setMenu({ row, button });

  return (
    <div className="min-w-0">
      {(toolbar !== undefined || filled) && (
        <div className="flex flex-wrap items-center justify-between gap-2 pb-2">
          <div className="flex min-w-0 grow flex-wrap items-center gap-2">{toolbar}</div>
          {filled && !phone && <ColumnsMenu layout={layout} />}
        </div>
      )}
      {error !== null && filled && (
        <div className="pb-2">
          <ErrorNotice title={failed} error={error} />
        </div>
      )}
      <div className="min-w-0 rounded-lg border border-line bg-surface">
        {rows === undefined && error !== null ? (
          <ErrorState title={failed} error={error} {...(onRetry !== undefined && { onRetry })} />
        ) : rows === undefined ? (
          <SkeletonRows rows={10} />
        ) : rows.length === 0 ? (
          <Nothing {...props} />
        ) : phone ? (
          <PhoneList
            label={label}
            items={items}
            columns={layout.visible}
            groupHead={props.groupHead}
            groupActions={props.groupActions}
            rowLabel={rowLabel}
            onOpen={props.onOpen}
            onActions={openMenu}
            onGroup={toggleGroup}
            onAway={props.onAway}
            words={words}
          />
        ) : (
          <WideGrid
            {...props}
            items={items}
            layout={layout}
            sorting={sortingOf(sort)}
            onSort={onSort}
            onMenu={openMenu}
            onGroup={toggleGroup}
            words={words}
          />
        )}
      </div>
      {phone && props.more === true && (
        <Button
          className="mt-3 w-full"
          busy={props.loadingMore ?? false}
          {...(props.onMore !== undefined && { onPress: props.onMore })}
        >
          {t('more')}
        </Button>
      )}
      {selection !== undefined && selection.ids.size > 0 && rows !== undefined && (
        <SelectionBar count={selection.ids.size} onClear={() => selection.onChange(new Set())}>
          {selection.actions(rows.filter((row) => selection.ids.has(rowId(row))))}
        </SelectionBar>
      )}
      {actions !== undefined && (
        <AnchoredMenu
          anchor={menu?.button}
          label={menu === undefined ? '' : words.actions(rowLabel(menu.row))}
          onClose={() => setMenu(undefined)}
        >
          {menu !== undefined && actions(menu.row)}
        </AnchoredMenu>
      )}
    </div>
  );
}

const none: readonly never[] = [];

function Nothing<Row extends object>({ empty, onClearFilters }: Pick<DataGridProps<Row>, 'empty' | 'onClearFilters'>) {
  const t = useGridWords();
  if (onClearFilters === undefined) return empty;
  return (
    <EmptyState
      icon={SearchX}
      title={t('noMatch')}
      action={<Button onPress={onClearFilters}>{t('clearFilters')}</Button>}
    />
  );
}
