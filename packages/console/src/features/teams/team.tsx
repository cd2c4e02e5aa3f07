import type { TeamView } from '@tollgate/contract/api/teams';
import { useParams } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { History } from '../../components/history/history.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { Tabs } from '../../components/ui/tabs.tsx';
import { calendarDay, count, fullMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { useThingTitle } from '../../lib/title.ts';
import { z } from '../../lib/zod.ts';
import { Balance, RoleBadge } from './cells.tsx';
import { manages } from './deeds.ts';
import { EditTeam } from './edit-team.tsx';
import { EndTeam } from './end-team.tsx';
import { Invitations } from './invitations.tsx';
import { LeaveTeam } from './leave-team.tsx';
import { MemberUsage } from './member-usage.tsx';
import { Members } from './members.tsx';
import { TeamPlan } from './plan/team-plan.tsx';
import { SingleSignOn } from './sign-on/single-sign-on.tsx';
import { TeamKeys } from './team-keys.tsx';
import { TeamWallet } from './team-wallet.tsx';
import { useStanding } from './use-standing.ts';
import { useTeamWords } from './words.ts';

const searchSchema = z.object({
  tab: z.enum(['invitations', 'keys', 'wallet', 'plan', 'usage', 'sign-on', 'history']).optional(),
});

/** One team: what is in its wallet, who spends it, and how one gets in. */
export default function TeamPage() {
  const t = useTeamWords();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const team = useOperation('teams.read', { params: { id } });
  useThingTitle(team.data?.name);
  if (team.data !== undefined) return <Team team={team.data} />;
  if (team.error === null)
    return (
      <Card padded={false}>
        <SkeletonRows rows={6} />
      </Card>
    );
  return (
    <>
      <PageHeader title={t('title')} />
      <Card padded={false}>
        <ErrorState title={t('oneUnread')} error={team.error} onRetry={() => void team.refetch()} />
      </Card>
    </>
  );
}

function Team({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const rights = useRights();
  const standing = useStanding(team);
  const [{ tab = 'members' }, change] = useSearchState(searchSchema);
  const [renaming, setRenaming] = useState(false);
  return (
    <>
      <PageHeader
        title={team.name}
        aside={<RoleBadge role={team.role} />}
        actions={
          rights.may('teams:write') && (
            <>
              {manages(standing) && (
                <Button icon={Pencil} onPress={() => setRenaming(true)}>
                  {t('rename')}
                </Button>
              )}
              {team.role !== null && <LeaveTeam team={team} />}
              {(team.role === 'owner' || (team.role === null && manages(standing))) && <EndTeam team={team} />}
            </>
          )
        }
      />
      <EditTeam team={renaming ? team : undefined} onClose={() => setRenaming(false)} />
      <Card className="mb-4">
        <div className="flex flex-wrap items-start gap-x-12 gap-y-4">
          <div>
            <p className="text-small text-muted">{t('balance')}</p>
            <p className="text-2xl font-semibold tabular-nums">
              <Balance nanos={team.balanceNanos} />
            </p>
          </div>
          <KeyValues
            items={[
              {
                term: t('wallet.line'),
                value: team.creditLineNanos === null ? '–' : usd(BigInt(team.creditLineNanos)),
              },
              { term: t('column.members'), value: count(team.members) },
              {
                term: t('column.created'),
                value: <span title={fullMoment(team.createdAt)}>{calendarDay(team.createdAt)}</span>,
              },
              { term: t('id'), value: team.id, code: true },
            ]}
          />
        </div>
      </Card>
      <Tabs
        label={team.name}
        value={tab}
        onChange={(next) => change({ tab: next === 'members' ? undefined : next })}
        tabs={[
          { id: 'members', label: t('column.members'), content: () => <Members team={team} /> },
          { id: 'invitations', label: t('tab.invitations'), content: () => <Invitations team={team} /> },
          { id: 'keys', label: t('tab.keys'), content: () => <TeamKeys team={team} /> },
          { id: 'wallet', label: t('tab.wallet'), content: () => <TeamWallet team={team} /> },
          { id: 'plan', label: t('tab.plan'), content: () => <TeamPlan team={team} /> },
          { id: 'usage', label: t('tab.usage'), content: () => <MemberUsage teamId={team.id} /> },
          { id: 'sign-on', label: t('tab.signOn'), content: () => <SingleSignOn team={team} /> },
          ...(rights.may('audit:read')
            ? [
                {
                  id: 'history',
                  label: t('tab.history'),
                  content: () => <History subject={`team:${team.id}`} />,
                } as const,
              ]
            : []),
        ]}
      />
    </>
  );
}
