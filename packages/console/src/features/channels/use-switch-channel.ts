import type { ChannelView } from '@tollgate/contract/api/configuration';
import { showToast } from '../../components/ui/toast-queue.ts';
import { useUpdateChannel } from './use-update-channel.ts';
import { useChannelWords } from './words.ts';

/** Takes channels out of use or back in, at once, and offers to take it back. */
export function useSwitchChannels(): (channels: readonly ChannelView[], enabled: boolean) => Promise<void> {
  const t = useChannelWords();
  const update = useUpdateChannel();
  const put = async (channels: readonly ChannelView[], enabled: boolean): Promise<readonly ChannelView[]> => {
    const changed: ChannelView[] = [];
    for (const channel of channels)
      if (await update.run({ params: { id: channel.id }, body: { enabled } })) changed.push(channel);
    return changed;
  };
  return async (channels, enabled) => {
    const changed = await put(
      channels.filter((channel) => channel.enabled !== enabled),
      enabled,
    );
    if (changed.length === 0) return;
    const values = { name: changed[0]?.name ?? '', count: changed.length };
    showToast({
      title: t(enabled ? 'wereEnabled' : 'wereDisabled', values),
      undo: () => void put(changed, !enabled),
    });
  };
}
