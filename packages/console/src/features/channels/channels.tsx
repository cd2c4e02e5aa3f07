import { useNavigate } from '@tanstack/react-router';
import { ArrowDownUp, Ban, CircleCheck, Network, Pencil, Plus, Radar } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Select } from '../../components/ui/select.tsx';
import { SearchField } from '../../components/ui/text-field.tsx';
import { useSearchState, type ChangeSearch } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { BulkDialog } from './bulk/bulk-dialog.tsx';
import { CreateChannel } from './create/create-channel.tsx';
import { GroupSums } from './group-sums.tsx';
import { useChannels, type ChannelRow } from './use-channels.ts';
import { useColumns } from './use-columns.tsx';
import { useSwitchChannels } from './use-switch-channel.ts';
import { useChannelWords } from './words.ts';

/** Dragging is loaded with who wants to drag. */
const OrderDialog = lazy(() => import('./order/order-dialog.tsx'));

const searchSchema = z.object({
  q: z.string().optional(),
  by: z.enum(['provider', 'priority', 'tag']).optional(),
  state: z.enum(['trouble', 'off']).optional(),
});

const idOf = ({ channel }: ChannelRow): string => channel.id;
const nameOf = ({ channel }: ChannelRow): string => channel.name;

/** What requests can go to: which channel is well, which is not and why, and what each costs. */
export default function ChannelsPage() {
  const t = useChannelWords();
  const navigate = useNavigate();
  const rights = useRights();
  const [search, change] = useSearchState(searchSchema);
  const [creating, setCreating] = useState(false);
  const [ordering, setOrdering] = useState(false);
  const [editing, setEditing] = useState<readonly ChannelRow['channel'][]>();
  const list = useChannels();
  const { rows } = list;
  const writes = rights.may('channels:write');
  const open = (id: string): void => void navigate({ to: '/channels/$id', params: { id } });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={<Summary rows={rows} />}
        actions={
          <Actions
            writes={writes}
            many={(rows?.length ?? 0) > 1}
            onOrder={() => setOrdering(true)}
            onCreate={() => setCreating(true)}
          />
        }
      />
      {ordering && rows !== undefined && (
        <Suspense fallback={null}>
          <OrderDialog channels={rows.map(channelOf)} onClose={() => setOrdering(false)} />
        </Suspense>
      )}
      <CreateChannel open={creating} onClose={() => setCreating(false)} onCreated={open} />
      {editing !== undefined && <BulkDialog channels={editing} onClose={() => setEditing(undefined)} />}
      <ChannelGrid
        list={list}
        search={search}
        change={change}
        onOpen={open}
        onEdit={setEditing}
        onCreate={() => setCreating(true)}
      />
    </>
  );
}

type ActionsProps = {
  readonly writes: boolean;
  /** There is an order to change. */
  readonly many: boolean;
  readonly onOrder: () => void;
  readonly onCreate: () => void;
};

function Actions({ writes, many, onOrder, onCreate }: ActionsProps) {
  const t = useChannelWords();
  return (
    <>
      <LinkButton icon={Radar} to="/model-watches">
        {t('watches.title')}
      </LinkButton>
      {writes && many && (
        <Button icon={ArrowDownUp} onPress={onOrder}>
          {t('order.action')}
        </Button>
      )}
      {writes && (
        <Button look="primary" icon={Plus} onPress={onCreate}>
          {t('create.action')}
        </Button>
      )}
    </>
  );
}

type ChannelGridProps = {
  readonly list: ReturnType<typeof useChannels>;
  readonly search: z.output<typeof searchSchema>;
  readonly change: ChangeSearch<typeof searchSchema>;
  readonly onOpen: (id: string) => void;
  readonly onEdit: (channels: readonly ChannelRow['channel'][]) => void;
  readonly onCreate: () => void;
};

/** The channels, alone or in groups, and what can be done with one, with those that are chosen, and with a group. */
function ChannelGrid({ list: { rows, error, retry }, search, change, onOpen, onEdit, onCreate }: ChannelGridProps) {
  const t = useChannelWords();
  const writes = useRights().may('channels:write');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const columns = useColumns();
  const switchChannels = useSwitchChannels();
  const filtered = search.q !== undefined || search.state !== undefined;
  return (
    <DataGrid
      id="channels"
      label={t('title')}
      columns={columns}
      rows={rows?.filter((row) => fits(row, search))}
      rowId={idOf}
      rowLabel={nameOf}
      error={error}
      failed={t('unread')}
      onRetry={retry}
      onOpen={({ channel }) => onOpen(channel.id)}
      onClearFilters={filtered ? () => change({ q: undefined, state: undefined }) : undefined}
      {...(search.by !== undefined && {
        groupBy: ({ channel }: ChannelRow) => groupOf(channel, search.by),
        groupHead: (group: string, inside: readonly ChannelRow[]) => (
          <GroupSums
            name={
              search.by === 'priority' ? t('priorityOf', { priority: group }) : group === '' ? t('untagged') : group
            }
            rows={inside}
          />
        ),
        ...(writes && {
          groupActions: (group: string, inside: readonly ChannelRow[]) => (
            <Button
              size="small"
              look="quiet"
              icon={Pencil}
              aria-label={t('bulk.editGroup', { group: group === '' ? t('untagged') : group })}
              onPress={() => onEdit(inside.map(channelOf))}
            >
              {t('bulk.action')}
            </Button>
          ),
        }),
      })}
      {...(writes && {
        selection: {
          ids: chosen,
          onChange: setChosen,
          actions: (inside: readonly ChannelRow[]) => (
            <>
              <Button size="small" icon={Pencil} onPress={() => onEdit(inside.map(channelOf))}>
                {t('bulk.action')}
              </Button>
              <Button size="small" icon={CircleCheck} onPress={() => void switchChannels(inside.map(channelOf), true)}>
                {t('enable')}
              </Button>
              <Button
                size="small"
                look="danger"
                icon={Ban}
                onPress={() => void switchChannels(inside.map(channelOf), false)}
              >
                {t('disable')}
              </Button>
            </>
          ),
        },
        actions: ({ channel }: ChannelRow) => (
          <MenuItem
            icon={channel.enabled ? Ban : CircleCheck}
            danger={channel.enabled}
            onAction={() => void switchChannels([channel], !channel.enabled)}
          >
            {t(channel.enabled ? 'disable' : 'enable')}
          </MenuItem>
        ),
      })}
      toolbar={<Filters search={search} change={change} />}
      empty={
        <EmptyState
          icon={Network}
          title={t('empty.title')}
          {...(writes && {
            action: (
              <Button look="primary" icon={Plus} onPress={onCreate}>
                {t('create.action')}
              </Button>
            ),
          })}
        >
          {t('empty.what')}
        </EmptyState>
      }
    />
  );
}

type FiltersProps = {
  readonly search: z.output<typeof searchSchema>;
  readonly change: ChangeSearch<typeof searchSchema>;
};

function Filters({ search, change }: FiltersProps) {
  const t = useChannelWords();
  return (
    <>
      <SearchField
        label={t('find')}
        placeholder={t('find')}
        value={search.q ?? ''}
        onChange={(q) => change({ q: q === '' ? undefined : q })}
      />
      <Select
        inline
        label={t('filter.label')}
        value={search.state ?? 'all'}
        choices={[
          { value: 'all', label: t('filter.all') },
          { value: 'trouble', label: t('filter.trouble') },
          { value: 'off', label: t('filter.off') },
        ]}
        onChange={(state) => change({ state: state === 'all' ? undefined : state })}
      />
      <Select
        inline
        label={t('group.label')}
        value={search.by ?? 'none'}
        choices={[
          { value: 'none', label: t('group.none') },
          { value: 'provider', label: t('group.provider') },
          { value: 'priority', label: t('group.priority') },
          { value: 'tag', label: t('group.tag') },
        ]}
        onChange={(by) => change({ by: by === 'none' ? undefined : by })}
      />
    </>
  );
}

const channelOf = ({ channel }: ChannelRow): ChannelRow['channel'] => channel;

function groupOf(channel: ChannelRow['channel'], by: 'provider' | 'priority' | 'tag' | undefined): string {
  if (by === 'provider') return channel.provider;
  return by === 'priority' ? String(channel.priority) : (channel.tags[0] ?? '');
}

type Filter = { readonly q?: string | undefined; readonly state?: 'trouble' | 'off' | undefined };

/** By name, provider, tag or model; those that need somebody, or those out of use. */
function fits({ channel, health }: ChannelRow, { q = '', state }: Filter): boolean {
  const wanted = q.trim().toLowerCase();
  const texts = [channel.name, channel.provider, ...channel.tags, ...channel.models.map(({ name }) => name)];
  if (wanted !== '' && !texts.some((text) => text.toLowerCase().includes(wanted))) return false;
  if (state === 'off') return !channel.enabled;
  return state !== 'trouble' || (channel.enabled && health !== undefined && health.state !== 'enabled');
}

/** One sentence: is everything well? */
function Summary({ rows }: { readonly rows: readonly ChannelRow[] | undefined }) {
  const t = useChannelWords();
  if (rows === undefined || rows.length === 0) return t('what');
  const used = rows.filter(({ channel }) => channel.enabled);
  const cooling = used.filter(({ health }) => health?.state === 'cooling').length;
  const degraded = used.filter(({ health }) => health?.state === 'degraded').length;
  const off = rows.length - used.length;
  const parts = [
    cooling > 0 ? t('summary.cooling', { count: cooling }) : undefined,
    degraded > 0 ? t('summary.degraded', { count: degraded }) : undefined,
    off > 0 ? t('summary.off', { count: off }) : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0
    ? t('summary.well', { count: rows.length })
    : t('summary.some', { count: rows.length, trouble: parts.join(', ') });
}
