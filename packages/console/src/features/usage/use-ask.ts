import { useMemo } from 'react';
import { defaults, dimensionsFor, narrowedBy, rangeOf, splitsFor, type UsageSearch } from './search.ts';

export type Ask = ReturnType<typeof useAsk>;

/** What the address asks for, as far as it can be asked. */
export function useAsk(search: UsageSearch, seesAll: boolean, seesChannels: boolean) {
  const place = JSON.stringify(search);
  return useMemo(() => {
    const sides = dimensionsFor(seesAll, seesChannels);
    const by = sides.find((side) => side === search.by) ?? defaults.by;
    return {
      sides,
      seesChannels,
      measure: search.measure ?? defaults.measure,
      by,
      split: splitsFor(by, sides).find((side) => side === search.split),
      narrowed: narrowedBy(search, seesAll),
      range: { ...rangeOf(search, Date.now()), zoneMinutes: -new Date().getTimezoneOffset() },
    };
    // oxlint-disable-next-line react/exhaustive-deps -- `place` is what is in `search`
  }, [place, seesAll, seesChannels]);
}
