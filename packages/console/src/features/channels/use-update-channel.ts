import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useAction, type Input } from '../../lib/operations.ts';
import { useChannelWords } from './words.ts';

type Patch = NonNullable<Input<'channels.update'>['body']>;

/** Changes a channel at once; `undo` is the change that takes it back, offered beside what was done. */
export function useUpdateChannel() {
  const t = useChannelWords();
  const action = useAction('channels.update', {
    optimistic: ({ params, body }, cache) =>
      cache.update('channels.list', (list) => ({
        ...list,
        data: list.data.map((channel) => (channel.id === params.id ? shown(channel, body ?? {}) : channel)),
      })),
    invalidates: ['channels.list', 'channels.read', 'channels.health', 'audit.list'],
    failed: t('notChanged'),
  });
  return action;
}

/** How a channel looks while its change is under way: of the fields that a list shows. */
function shown(channel: ChannelView, { enabled, priority, weight }: Patch): ChannelView {
  return {
    ...channel,
    enabled: enabled ?? channel.enabled,
    priority: priority ?? channel.priority,
    weight: weight ?? channel.weight,
  };
}
