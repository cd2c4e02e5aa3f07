import type { ChannelView } from '@tollgate/contract/api/configuration';

/** A change of a channel, as it was made. */
type Made<Fields> = { readonly id: string; readonly patch: Fields };

/**
 * Of changes that are to be taken back, those whose fields still are as the change left them: what somebody else has put
 * there since is theirs.
 */
export function stillAsLeft<Fields extends Partial<ChannelView>, Change extends Made<Fields>>(
  changes: readonly Change[],
  now: readonly ChannelView[],
): readonly Change[] {
  const byId = new Map(now.map((channel) => [channel.id, channel]));
  return changes.filter(({ id, patch }) => {
    const channel: Partial<Record<string, unknown>> | undefined = byId.get(id);
    return (
      channel !== undefined &&
      Object.entries(patch).every(([field, value]) => JSON.stringify(channel[field]) === JSON.stringify(value))
    );
  });
}
