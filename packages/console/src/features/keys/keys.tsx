import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ban, CircleCheck, KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { useCommands } from '../../lib/commands.ts';
import { calendarDay, fullMoment } from '../../lib/format.ts';
import { usePages } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { KeyState, Restrictions, Spending } from './cells.tsx';
import { CreateKey } from './create-key.tsx';
import { KeySelection } from './many/key-selection.tsx';
import { useSwitchKey } from './use-update-key.ts';
import { useKeyWords } from './words.ts';

const searchSchema = z.object({ of: z.literal('all').optional() });

/** Which keys there are, and what each has spent of what it may. */
export default function KeysPage() {
  const t = useKeyWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const rights = useRights();
  const [{ of }, change] = useSearchState(searchSchema);
  const all = of === 'all' && rights.reachesAny('keys:read');
  const [creating, setCreating] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = usePages('keys.list', all ? { query: { userId: 'all' } } : {});
  const columns = useColumns();
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
        id="keys"
        label={t('title')}
        columns={columns}
        list={list}
        rowLabel={nameOf}
        onOpen={({ id }) => void navigate({ to: '/keys/$id', params: { id } })}
        failed={t('unread')}
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

function useColumns(): readonly Column<KeyView>[] {
  const t = useKeyWords();
  return useMemo(
    () => [
      { id: 'name', header: t('column.name'), cell: nameOf, width: 180, grow: true, hideable: false, phone: 'title' },
      { id: 'state', header: t('column.state'), cell: (key) => <KeyState item={key} />, width: 110, phone: 'aside' },
      {
        id: 'key',
        header: t('column.key'),
        cell: (key) => <code className="font-mono text-small text-muted">{`${key.prefix}…${key.lastFour}`}</code>,
        width: 150,
        phone: 'detailAside',
      },
      { id: 'spent', header: t('column.spent'), cell: (key) => <Spending item={key} />, width: 200, phone: 'detail' },
      {
        id: 'limits',
        header: t('column.limits'),
        cell: (key) => <Restrictions item={key} />,
        width: 160,
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
        width: 144,
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        width: 144,
      },
    ],
    [t],
  );
}
