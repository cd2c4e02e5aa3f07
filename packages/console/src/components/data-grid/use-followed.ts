import { useEffect, useRef, type RefObject } from 'react';
import type { Item } from './use-rows.ts';

type FollowedOptions<Row> = {
  readonly follows: boolean;
  /** The id of the row that is looked at beside the grid. */
  readonly current: string | undefined;
  readonly items: readonly Item<Row>[];
  /** The row that the cursor is at. */
  readonly at: number;
  /** The row that was told last to be looked at, until it is. */
  readonly told: RefObject<string | undefined>;
  readonly go: (row: number) => void;
};

/** Takes the cursor to the row that is looked at, each time that this is another one, or the rows have come that it is among. */
export function useFollowed<Row>(options: FollowedOptions<Row>): void {
  const now = useRef(options);
  useEffect(() => {
    now.current = options;
  });
  const { follows, current, items } = options;
  const isFilled = items.length > 0;
  useEffect(() => {
    const { told } = now.current;
    // The cursor may be further on by the time that a row is looked at that it passed.
    if (told.current !== undefined && current !== undefined && current !== told.current) return;
    told.current = undefined;
    if (!follows || current === undefined || !isFilled) return;
    const row = now.current.items.findIndex((item) => item.kind === 'row' && item.id === current);
    if (row !== -1 && row !== now.current.at) now.current.go(row);
  }, [follows, current, isFilled]);
}
