import { useLayoutEffect, useRef } from 'react';
import type { Item } from './use-rows.ts';

/** Which elements a row is drawn with: `slot` is their key. */
export type Slot = { readonly id: string; readonly slot: number };

/**
 * Where all rows are others than before, they take over the elements of those in order, so that only texts change: hundreds of
 * new rows a second would cost the making, styling and laying out of thousands of elements. Rows that stay keep their elements,
 * and those that come to them get new ones: so elements are never moved, and stand in the order of their rows.
 */
export function handedOn(before: readonly Slot[], ids: readonly string[]): readonly Slot[] {
  const known = new Map(before.map(({ id, slot }) => [id, slot]));
  const areOthers = !ids.some((id) => known.has(id));
  let next = Math.max(-1, ...known.values()) + 1;
  return ids.map((id, place) => ({ id, slot: (areOthers ? before[place]?.slot : known.get(id)) ?? next++ }));
}

/**
 * The rows to draw at these places, each with the key of its elements; `reuseRows` lets rows take over the elements of others.
 */
export function useDrawn<Row>(
  items: readonly Item<Row>[],
  places: readonly { readonly index: number; readonly start: number }[],
  reuseRows = false,
) {
  const slots = useRef<readonly Slot[]>([]);
  const drawn = places.flatMap(({ index, start }) => {
    const item = items[index];
    return item === undefined ? [] : [{ index, start, item, id: `${item.kind} ${item.id}` }];
  });
  const ids = drawn.map(({ id }) => id);
  const now = reuseRows ? handedOn(slots.current, ids) : undefined;
  useLayoutEffect(() => {
    if (now !== undefined) slots.current = now;
  });
  return drawn.map((one, place) => ({ ...one, slot: now?.[place]?.slot ?? one.id }));
}
