import type { TeamView } from '@tollgate/contract/api/teams';
import { useNavigate } from '@tanstack/react-router';
import { Handshake, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { useCommands } from '../../lib/commands.ts';
import { calendarDay, count, fullMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { Balance, RoleBadge } from './cells.tsx';
import { EditTeam } from './edit-team.tsx';
import { JoinTeam } from './join-team.tsx';
import { useTeamWords } from './words.ts';

const searchSchema = z.object({ of: z.literal('all').optional() });
const scopes = ['mine', 'all'] as const;
const idOf = ({ id }: TeamView): string => id;
const nameOf = ({ name }: TeamView): string => name;

/** Whom do I share a wallet with, and what is in it? */
export default function TeamsPage() {
  const t = useTeamWords();
  const navigate = useNavigate();
  const rights = useRights();
  const [{ of }, change] = useSearchState(searchSchema);
  const all = of === 'all' && rights.reachesAny('teams:read');
  const list = useOperation('teams.list', { query: all ? { all: 'true' } : {} }, { keep: true });
  const [creating, setCreating] = useState(false);
  const columns = useColumns();
  const mayCreate = rights.may('teams:write');
  useCommands(
    useMemo(
      () =>
        mayCreate ? [{ id: 'teams.create', label: t('create.action'), icon: Plus, run: () => setCreating(true) }] : [],
      [t, mayCreate],
    ),
  );
  const open = ({ id }: TeamView): void => void navigate({ to: '/teams/$id', params: { id } });
  const create = mayCreate && (
    <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
      {t('create.action')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            {rights.reachesAny('teams:read') && (
              <Segmented
                label={t('scope.label')}
                value={all ? 'all' : 'mine'}
                onChange={(next) => change({ of: next === 'all' ? 'all' : undefined })}
                segments={scopes.map((value) => ({ value, label: t(`scope.${value}`) }))}
              />
            )}
            {create}
          </>
        }
      />
      <EditTeam team={creating ? 'new' : undefined} onClose={() => setCreating(false)} onSaved={open} />
      <JoinTeam />
      <DataGrid
        id="teams"
        label={t('title')}
        columns={columns}
        rows={list.data?.data}
        rowId={idOf}
        rowLabel={nameOf}
        error={list.error}
        onRetry={() => void list.refetch()}
        failed={t('unread')}
        onOpen={open}
        empty={
          <EmptyState icon={Handshake} title={t('empty')} action={create}>
            {t('emptyWhat')}
          </EmptyState>
        }
      />
    </>
  );
}

function useColumns(): readonly Column<TeamView>[] {
  const t = useTeamWords();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        cell: ({ name }) => <span className="font-medium">{name}</span>,
        sort: nameOf,
        width: 240,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'role',
        header: t('column.yourRole'),
        cell: ({ role }) => <RoleBadge role={role} />,
        width: 140,
        phone: 'detail',
      },
      {
        id: 'members',
        header: t('column.members'),
        cell: ({ members }) => count(members),
        sort: ({ members }) => members,
        width: 110,
        align: 'end',
      },
      {
        id: 'balance',
        header: t('balance'),
        cell: ({ balanceNanos }) => <Balance nanos={balanceNanos} />,
        sort: ({ balanceNanos }) => (balanceNanos === null ? null : BigInt(balanceNanos)),
        width: 140,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {calendarDay(createdAt)}
          </span>
        ),
        sort: ({ createdAt }) => createdAt,
        width: 150,
        phone: 'detailAside',
      },
    ],
    [t],
  );
}
