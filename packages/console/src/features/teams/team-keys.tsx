import type { KeyView } from '@tollgate/contract/api/keys';
import type { TeamView } from '@tollgate/contract/api/teams';
import { KeyRound, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { usdOf, usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';
import { useMe, useRights } from '../../lib/session.ts';
import { KeyActions, RevokeKey } from './key-actions.tsx';
import { CreateTeamKey } from './create-team-key.tsx';
import { useTeamWords } from './words.ts';

const idOf = ({ id }: KeyView): string => id;
const nameOf = ({ name }: KeyView): string => name;

/** The keys that the team pays for: all for who manages it, one's own for others. */
export function TeamKeys({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const rights = useRights();
  const list = useOperation('teams.keys', { params: { id: team.id } });
  const columns = useColumns(team.id);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<KeyView>();
  // A key of the team belongs to one of its members.
  const create = team.role !== null && rights.may('keys:write') && (
    <Button look="primary" icon={Plus} onPress={() => setCreating(true)}>
      {t('key.create')}
    </Button>
  );
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">{t('key.what')}</p>
        {create}
      </div>
      <CreateTeamKey team={team} open={creating} onClose={() => setCreating(false)} />
      <RevokeKey item={revoking} onClose={() => setRevoking(undefined)} />
      <DataGrid
        id="team-keys"
        label={t('tab.keys')}
        columns={columns}
        rows={list.data?.data}
        rowId={idOf}
        rowLabel={nameOf}
        error={list.error}
        onRetry={() => void list.refetch()}
        failed={t('key.unread')}
        maxHeight={640}
        {...(rights.may('keys:write') && {
          actions: (key: KeyView) => <KeyActions item={key} onRevoke={setRevoking} />,
        })}
        empty={
          <EmptyState icon={KeyRound} title={t('key.none')} action={create}>
            {t('key.noneWhat')}
          </EmptyState>
        }
      />
    </div>
  );
}

/** Names of the members, by their ids. */
function useMemberNames(teamId: string): ReadonlyMap<string, string> {
  const { data } = useOperation('teams.members', { params: { id: teamId } });
  return useMemo(() => new Map((data?.data ?? []).map((member) => [member.userId, callOf(member)])), [data]);
}

function useColumns(teamId: string): readonly Column<KeyView>[] {
  const t = useTeamWords();
  const { user } = useMe();
  const names = useMemberNames(teamId);
  const seesAll = useRights().reachesAny('keys:read');
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        cell: ({ id, name, userId }) =>
          seesAll || userId === user.id ? (
            <Link to="/keys/$id" params={{ id }}>
              {name}
            </Link>
          ) : (
            name
          ),
        sort: nameOf,
        width: 200,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'owner',
        header: t('key.owner'),
        cell: ({ userId }) => names.get(userId) ?? userId,
        sort: ({ userId }) => names.get(userId),
        width: 200,
        grow: true,
        phone: 'detail',
      },
      {
        id: 'state',
        header: t('key.state'),
        cell: ({ enabled }) => (
          <Status tone={enabled ? 'good' : 'off'}>{t(enabled ? 'key.enabled' : 'key.disabled')}</Status>
        ),
        width: 120,
        phone: 'aside',
      },
      {
        id: 'text',
        header: t('key.text'),
        cell: ({ prefix, lastFour }) => (
          <code className="font-mono text-small text-muted">{`${prefix}…${lastFour}`}</code>
        ),
        width: 150,
      },
      {
        id: 'limit',
        header: t('key.limit'),
        cell: ({ limitUsd, spentNanos }) =>
          limitUsd === null || spentNanos === null ? (
            <span className="text-muted">{limitUsd === null ? t('member.noLimit') : usdOf(limitUsd)}</span>
          ) : (
            t('key.spentOf', { spent: usdRounded(BigInt(spentNanos)), limit: usdOf(limitUsd) })
          ),
        width: 200,
        align: 'end',
        phone: 'detailAside',
      },
    ],
    [t, user.id, names, seesAll],
  );
}
