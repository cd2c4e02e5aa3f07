import { useMemo } from 'react';
import type { CellEdit, Column } from '../../components/data-grid/column.ts';
import { Badge } from '../../components/ui/badge.tsx';
import { count } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useRights } from '../../lib/session.ts';
import { Accounts, ChannelState, HealthStrip, Speed, Ttft } from './cells.tsx';
import type { ChannelRow } from './use-channels.ts';
import { useUpdateChannel } from './use-update-channel.ts';
import { useChannelWords } from './words.ts';

type Editing = (field: 'priority' | 'weight', least: number) => { readonly edit?: CellEdit<ChannelRow> };

/** How a whole number of a channel is changed in its cell; nothing for those who may not. */
function useEditing(writes: boolean): Editing {
  const t = useChannelWords();
  const update = useUpdateChannel();
  return useMemo((): Editing => {
    if (!writes) return () => ({});
    return (field, least) => ({
      edit: {
        inputMode: 'numeric',
        read: ({ channel }) => String(channel[field]),
        check: (text, { channel }) => {
          if (channel.owner !== null) return t('ownedByFile');
          return /^-?\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= 1_000_000
            ? undefined
            : t('wholeNumber', { least });
        },
        save: async (text, { channel }) => {
          await update.run({ params: { id: channel.id }, body: { [field]: Number(text) } });
        },
      },
    });
  }, [t, update, writes]);
}

export function useColumns(): readonly Column<ChannelRow>[] {
  const t = useChannelWords();
  const rights = useRights();
  const editing = useEditing(rights.may('channels:write'));
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        cell: ({ channel }) => (
          <span className="flex min-w-0 items-center gap-1.5">
            <span className="max-w-full shrink-0 truncate font-medium">{channel.name}</span>
            <span className="min-w-0 truncate text-muted">{channel.provider}</span>
            {channel.tags.slice(0, 2).map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        ),
        width: 190,
        grow: true,
        hideable: false,
        phone: 'title',
        sort: ({ channel }) => channel.name,
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: ({ channel, health }) => <ChannelState channel={channel} health={health} />,
        width: 160,
        phone: 'aside',
      },
      {
        id: 'health',
        header: t('column.health'),
        headerTitle: t('column.healthWhat'),
        cell: ({ health }) => <HealthStrip health={health} />,
        width: 176,
        phone: 'detail',
      },
      {
        id: 'ttft',
        header: 'TTFT',
        headerTitle: t('column.ttftWhat'),
        cell: ({ health }) => <Ttft health={health} />,
        width: 126,
        align: 'end',
        sort: ({ health }) => health?.last24h.ttftP50Ms ?? undefined,
      },
      {
        id: 'speed',
        header: t('column.speed'),
        cell: ({ health }) => <Speed health={health} />,
        width: 85,
        align: 'end',
        sort: ({ health }) => health?.last24h.tokensPerSecond ?? undefined,
      },
      {
        id: 'cost',
        header: t('column.cost'),
        headerTitle: t('column.costWhat'),
        cell: ({ health }) => (health === undefined ? '' : usdRounded(BigInt(health.last24h.costNanos))),
        width: 80,
        align: 'end',
        sort: ({ health }) => (health === undefined ? undefined : BigInt(health.last24h.costNanos)),
        phone: 'detailAside',
      },
      {
        id: 'keys',
        header: t('column.keys'),
        cell: ({ health }) => <Accounts health={health} />,
        width: 58,
        align: 'end',
      },
      {
        id: 'models',
        header: t('column.models'),
        cell: ({ channel }) => count(channel.models.length),
        width: 80,
        align: 'end',
        sort: ({ channel }) => channel.models.length,
        hidden: true,
      },
      {
        id: 'priority',
        header: t('column.priority'),
        cell: ({ channel }) => count(channel.priority),
        width: 78,
        align: 'end',
        sort: ({ channel }) => channel.priority,
        ...editing('priority', -1_000_000),
      },
      {
        id: 'weight',
        header: t('column.weight'),
        cell: ({ channel }) => count(channel.weight),
        width: 74,
        align: 'end',
        sort: ({ channel }) => channel.weight,
        ...editing('weight', 0),
      },
    ],
    [t, editing],
  );
}
