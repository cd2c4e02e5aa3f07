import { useMemo } from 'react';
import { useOperation } from '../../lib/operations.ts';
import type { Channels } from './request-view.ts';

/** The channels' names, for those who may see them; an empty map until they are read. */
export function useChannels(allowed: boolean): Channels {
  const { data } = useOperation('channels.list', {}, { enabled: allowed, freshMs: 30_000, refreshMs: 60_000 });
  return useMemo(() => (allowed ? new Map(data?.data.map(({ id, name }) => [id, name])) : undefined), [allowed, data]);
}
