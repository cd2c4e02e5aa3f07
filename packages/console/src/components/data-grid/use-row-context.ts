import { useLayoutEffect, useMemo, useRef } from 'react';
import type { RowContext } from './grid-row.tsx';

/** The same object while what rows show stays the same; its handlers are those of the moment. */
export function useRowContext<Row>(now: RowContext<Row>): RowContext<Row> {
  const handlers = useRef(now.on);
  useLayoutEffect(() => {
    handlers.current = now.on;
  });
  const columnKey = now.columns.map(({ id }) => id).join(' ');
  return useMemo(
    () => ({
      ...now,
      on: {
        select: (index, range) => handlers.current.select(index, range),
        open: (index) => handlers.current.open(index),
        actions: (index, button) => handlers.current.actions(index, button),
        edit: (place) => handlers.current.edit(place),
        put: (place) => handlers.current.put(place),
      },
    }),
    // `now` is a new object each time; these are what rows see of it.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
    [columnKey, now.columns[0], now.selectable, now.rowLabel, now.hasActions, now.openable, now.words],
  );
}
