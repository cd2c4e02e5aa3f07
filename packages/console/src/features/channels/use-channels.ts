import type { ChannelView } from '@tollgate/contract/api/configuration';
import type { ChannelHealth } from '@tollgate/contract/api/overview';
import { useMemo } from 'react';
import { useOperation } from '../../lib/operations.ts';

/** A channel with how it does; health is undefined until it was read. */
export type ChannelRow = { readonly channel: ChannelView; readonly health: ChannelHealth | undefined };

const refreshMs = 10_000;

/** Every channel with its health, which is read again every ten seconds while somebody looks. */
export function useChannels() {
  const channels = useOperation('channels.list', {});
  const health = useOperation('channels.health', {}, { refreshMs });
  const rows = useMemo((): readonly ChannelRow[] | undefined => {
    const byId = new Map(health.data?.data.map((one) => [one.id, one]));
    return channels.data?.data
      .map((channel) => ({ channel, health: byId.get(channel.id) }))
      .toSorted(
        (one, other) =>
          other.channel.priority - one.channel.priority ||
          other.channel.weight - one.channel.weight ||
          one.channel.name.localeCompare(other.channel.name),
      );
  }, [channels.data, health.data]);
  return { rows, error: channels.error, retry: () => void channels.refetch() };
}
