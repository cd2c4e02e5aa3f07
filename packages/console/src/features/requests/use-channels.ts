import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../lib/api.ts';
import type { Channels } from './request-view.ts';

/** The channels' names, for administrators; an empty map until they are read. */
export function useChannels(isAdmin: boolean): Channels {
  const { data } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => call<{ readonly data: readonly ChannelView[] }>('GET', 'channels', undefined, signal),
    enabled: isAdmin,
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
  return isAdmin ? new Map(data?.data.map(({ id, name }) => [id, name])) : undefined;
}
