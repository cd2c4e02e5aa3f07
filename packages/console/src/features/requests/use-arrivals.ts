import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { meKey } from '../../lib/session.ts';
import type { RequestView } from './request-view.ts';

/**
 * How many requests are new since the last look, for a screen reader: at most one number for each refresh, 0 for the first
 * page or after another filter was chosen. `list` is undefined while the page does not live.
 */
export function useArrivals(list: readonly RequestView[] | undefined, filter: string): number {
  const seen = useRef<{ readonly filter: string; readonly ids: ReadonlySet<string> } | undefined>(undefined);
  const queries = useQueryClient();
  const [arrivals, setArrivals] = useState(0);
  useEffect(() => {
    if (list === undefined) return;
    const before = seen.current;
    seen.current = { filter, ids: new Set(list.map(({ id }) => id)) };
    if (before === undefined || before.filter !== filter) return;
    const fresh = list.filter(({ id }) => !before.ids.has(id)).length;
    if (fresh === 0) return;
    // What was charged for them has left the balance.
    void queries.invalidateQueries({ queryKey: meKey });
    setArrivals(fresh);
  }, [list, filter, queries]);
  return arrivals;
}
