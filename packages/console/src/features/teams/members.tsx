import type { TeamView } from '@tollgate/contract/api/teams';
import { Pencil, UserMinus, Users } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { calendarDay, count, fullMoment } from '../../lib/format.ts';
import { usd, usdOf, usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';
import { useMe, useRights } from '../../lib/session.ts';
import { RoleBadge } from './cells.tsx';
import { actsOn, manages } from './deeds.ts';
import { EditMember, type Member } from './edit-member.tsx';
import { RemoveMember } from './remove-member.tsx';
import { useStanding } from './use-standing.ts';
import { useTeamWords } from './words.ts';

const idOf = ({ userId }: Member): string => userId;

/** Who is in a team, what each has spent of its wallet, and what each may. */
export function Members({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const { user } = useMe();
  const standing = useStanding(team);
  const mayWrite = useRights().may('teams:write');
  const list = useOperation('teams.members', { params: { id: team.id } });
  const columns = useColumns(user.id);
  const [editing, setEditing] = useState<Member>();
  const [removing, setRemoving] = useState<Member>();
  return (
    <>
      <EditMember team={team} member={editing} onClose={() => setEditing(undefined)} />
      <RemoveMember team={team} member={removing} onClose={() => setRemoving(undefined)} />
      <DataGrid
        id="team-members"
        label={t('column.members')}
        columns={columns}
        rows={list.data?.data}
        rowId={idOf}
        rowLabel={callOf}
        error={list.error}
        onRetry={() => void list.refetch()}
        failed={t('member.unread')}
        maxHeight={640}
        empty={<EmptyState icon={Users} title={t('member.none')} />}
        {...(mayWrite &&
          manages(standing) && {
            onOpen: setEditing,
            actions: (member: Member) => (
              <>
                <MenuItem icon={Pencil} onAction={() => setEditing(member)}>
                  {t('member.change')}
                </MenuItem>
                {/* One's own way out is the button of the page. */}
                {member.userId !== user.id && (
                  <MenuItem
                    icon={UserMinus}
                    danger
                    disabled={!actsOn(standing, member.role)}
                    onAction={() => setRemoving(member)}
                  >
                    {t('member.remove')}
                  </MenuItem>
                )}
              </>
            ),
          })}
      />
    </>
  );
}

function useColumns(ownId: string): readonly Column<Member>[] {
  const t = useTeamWords();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        cell: (member) => (
          <span className="min-w-0 truncate">
            <span className="font-medium">{callOf(member)}</span>{' '}
            <span className="text-muted">
              {member.userId === ownId ? t('member.you') : member.email === null ? '' : member.name}
            </span>
          </span>
        ),
        sort: callOf,
        width: 260,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'role',
        header: t('column.role'),
        cell: ({ role }) => <RoleBadge role={role} />,
        width: 120,
        phone: 'detail',
      },
      {
        id: 'keys',
        header: t('tab.keys'),
        cell: ({ keys }) => count(keys),
        sort: ({ keys }) => keys,
        width: 90,
        align: 'end',
      },
      {
        id: 'spent',
        header: t('member.spent'),
        headerTitle: t('member.spentWhat'),
        cell: ({ spentNanos }) => <Spent nanos={spentNanos} />,
        sort: ({ spentNanos }) => BigInt(spentNanos),
        width: 140,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'month',
        header: t('member.month'),
        headerTitle: t('member.monthWhat'),
        cell: ({ monthNanos }) => <Spent nanos={monthNanos} />,
        sort: ({ monthNanos }) => BigInt(monthNanos),
        width: 130,
        align: 'end',
      },
      {
        id: 'limit',
        header: t('member.limit'),
        cell: ({ limitUsd }) =>
          limitUsd === null ? (
            <span className="text-muted">{t('member.noLimit')}</span>
          ) : (
            t('member.aMonth', { amount: usdOf(limitUsd) })
          ),
        width: 150,
        align: 'end',
        phone: 'detailAside',
      },
      {
        id: 'joined',
        header: t('member.joined'),
        cell: ({ joinedAt }) => (
          <span className="text-muted" title={fullMoment(joinedAt)}>
            {calendarDay(joinedAt)}
          </span>
        ),
        sort: ({ joinedAt }) => joinedAt,
        width: 150,
      },
    ],
    [t, ownId],
  );
}

/** To the cent; the whole of it for who points at it. */
const Spent = ({ nanos }: { readonly nanos: string }) => (
  <span title={usd(BigInt(nanos))}>{usdRounded(BigInt(nanos))}</span>
);
