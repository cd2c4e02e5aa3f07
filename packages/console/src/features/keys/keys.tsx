import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ban, CircleCheck, KeyRound, Plus } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { useCommands } from '../../lib/commands.ts';
import { SearchField } from '../../components/ui/text-field.tsx';
import { calendarDay, fullMoment, relativeMoment } from '../../lib/format.ts';
import { useOperation, usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { z } from '../../lib/zod.ts';
import { KeyState, Restrictions, Spending } from './cells.tsx';
import { CreateKey } from './create-key.tsx';
import { KeySelection } from './many/key-selection.tsx';
import { useSwitchKey } from './use-update-key.ts';
import { useKeyWords } from './words.ts';

const searchSchema = z.object({ of: z.literal('all').optional(), search: z.string().max(100).optional() });

/** Which keys there are, and what each has spent of what it may. */
export default function KeysPage() {
  const t = useKeyWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const rights = useRights();
  const [{ of, search }, change] = useSearchState(searchSchema);
  const all = of === 'all' && rights.reachesAny('keys:read');
  const [creating, setCreating] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTyped] = useState(search ?? '');
  const wanted = useSettled(typed.trim());
  useEffect(() => {
    change({ search: wanted === '' ? undefined : wanted });
    // oxlint-disable-next-line react/exhaustive-deps -- only what is typed moves the address
  }, [wanted]);
  const list = usePages('keys.list', {
    query: { ...(all && { userId: 'all' }), ...(search !== undefined && { search }) },
  });
  const columns = useColumns(all, useLately(all));
  const switchKey = useSwitchKey();
  useCommands(
    useMemo(() => [{ id: 'keys.create', label: t('create.submit'), icon: Plus, run: () => setCreating(true) }], [t]),
  );
  const create = (
    <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
      {t('create.submit')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            {rights.reachesAny('keys:read') && (
              <Segmented
                label={t('scope.label')}
                value={all ? 'all' : 'mine'}
                onChange={(next) => change({ of: next === 'all' ? 'all' : undefined })}
                segments={[
                  { value: 'mine', label: t('scope.mine') },
                  { value: 'all', label: t('scope.all') },
                ]}
              />
            )}
            {create}
          </>
        }
      />
      <CreateKey
        open={creating}
        onClose={() => setCreating(false)}
        onCreated={() => void queries.invalidateQueries({ queryKey: ['keys.list'] })}
      />
      <PagedGrid
        id={all ? 'all-keys' : 'keys'}
        label={t('title')}
        columns={columns}
        list={list}
        rowLabel={nameOf}
        onOpen={({ id }) => void navigate({ to: '/keys/$id', params: { id } })}
        failed={t('unread')}
        onClearFilters={search === undefined ? undefined : () => setTyped('')}
        toolbar={
          <SearchField
            label={t('find')}
            placeholder={t('search')}
            className="w-full sm:w-80"
            value={typed}
            onChange={setTyped}
          />
        }
        selection={{
          ids: chosen,
          onChange: setChosen,
          actions: (keys) => <KeySelection keys={keys} onDone={() => setChosen(new Set())} />,
        }}
        empty={
          <EmptyState icon={KeyRound} title={t('empty.title')}>
            {t('empty.what')}
          </EmptyState>
        }
        actions={({ id, enabled }) => (
          <MenuItem icon={enabled ? Ban : CircleCheck} danger={enabled} onAction={() => switchKey(id, !enabled)}>
            {t(enabled ? 'disable' : 'enable')}
          </MenuItem>
        )}
      />
    </>
  );
}

const nameOf = (key: KeyView): string => key.name;

/** What keys cost in thirty days, and which model most of it was for; of those that cost most. */
function useLately(all: boolean): Lately {
  // To the hour, so that the question stays the same for a while.
  const from = useMemo(() => Math.floor((Date.now() - month) / 3_600_000) * 3_600_000, []);
  const { data } = useOperation(
    'usage.query',
    {
      query: {
        ...(all && { userId: 'all' }),
        from,
        groupBy: 'key',
        splitBy: 'model',
        measure: 'cost',
        compare: 'false',
        limit: 200,
      },
    },
    { freshMs: 60_000 },
  );
  return useMemo(
    () =>
      new Map(
        data?.rows.map(({ key, sums, split }) => [key, { costNanos: sums.costNanos, model: split[0]?.label }] as const),
      ),
    [data],
  );
}

const month = 30 * 86_400_000;
type Lately = ReadonlyMap<string, { readonly costNanos: string; readonly model: string | undefined }>;

function useColumns(all: boolean, lately: Lately): readonly Column<KeyView>[] {
  const t = useKeyWords();
  return useMemo(
    () => [
      { id: 'name', header: t('column.name'), cell: nameOf, width: 150, grow: true, hideable: false, phone: 'title' },
      ...(all
        ? [
            {
              id: 'owner',
              header: t('column.owner'),
              cell: ({ userName, userId }: KeyView) => <span title={userName ?? userId}>{userName ?? userId}</span>,
              width: 160,
              grow: true,
              phone: 'detailAside' as const,
            },
          ]
        : []),
      { id: 'state', header: t('column.state'), cell: (key) => <KeyState item={key} />, width: 96, phone: 'aside' },
      {
        id: 'key',
        header: t('column.key'),
        cell: (key) => <code className="font-mono text-small text-muted">{`${key.prefix}…${key.lastFour}`}</code>,
        width: 132,
        ...(!all && { phone: 'detailAside' as const }),
      },
      {
        id: 'spent',
        header: t('column.spent'),
        cell: (key) => <Spending item={key} lately={lately.get(key.id)?.costNanos} />,
        width: 180,
        phone: 'detail',
      },
      {
        id: 'limits',
        header: t('column.limits'),
        cell: (key) => <Restrictions item={key} />,
        width: 130,
      },
      {
        id: 'used',
        header: t('column.used'),
        cell: ({ lastUsedAt }) =>
          lastUsedAt === null ? (
            <span className="text-muted">{t('notUsed')}</span>
          ) : (
            <span title={fullMoment(lastUsedAt)}>{relativeMoment(lastUsedAt, Date.now())}</span>
          ),
        width: 124,
      },
      {
        id: 'topModel',
        header: t('column.topModel'),
        cell: ({ id }) => lately.get(id)?.model ?? <span className="text-muted">–</span>,
        width: 140,
        ...(all && { hidden: true as const }),
      },
      {
        id: 'expires',
        header: t('column.expires'),
        cell: ({ expiresAt }) =>
          expiresAt === null ? (
            <span className="text-muted">{t('never')}</span>
          ) : (
            <span title={fullMoment(expiresAt)}>{calendarDay(expiresAt)}</span>
          ),
        width: 112,
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        width: 112,
        hidden: true,
      },
    ],
    [t, all, lately],
  );
}
