import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import type { Channels } from './request-view.ts';

/** The channels' names, for those who may see them; an empty map until they are read. */
export function useChannels(allowed: boolean): Channels {
  const { data } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.call('channels.list', { signal }),
    enabled: allowed,
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
  return allowed ? new Map(data?.data.map(({ id, name }) => [id, name])) : undefined;
}
