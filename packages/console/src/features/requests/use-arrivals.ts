import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { meKey } from '../../lib/session.ts';
import type { RequestView } from './request-view.ts';

/**
 * Words for a screen reader about what is new since the last look: at most one sentence for each refresh, none for the
 * first page or after another filter was chosen. `list` is undefined while the page does not live.
 */
export function useArrivals(list: readonly RequestView[] | undefined, filter: string): string {
  const seen = useRef<{ readonly filter: string; readonly ids: ReadonlySet<string> } | undefined>(undefined);
  const queries = useQueryClient();
  const [words, setWords] = useState('');
  useEffect(() => {
    if (list === undefined) return;
    const before = seen.current;
    seen.current = { filter, ids: new Set(list.map(({ id }) => id)) };
    if (before === undefined || before.filter !== filter) return;
    const fresh = list.filter(({ id }) => !before.ids.has(id)).length;
    if (fresh === 0) return;
    // What was charged for them has left the balance.
    void queries.invalidateQueries({ queryKey: meKey });
    setWords(fresh === 1 ? '1 new request' : `${fresh} new requests`);
  }, [list, filter, queries]);
  return words;
}
