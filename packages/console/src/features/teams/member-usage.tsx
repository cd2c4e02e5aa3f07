import { ChartNoAxesColumn } from 'lucide-react';
import { TopList } from '../../components/charts/top-list.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';
import { useTeamWords } from './words.ts';

/** Who has spent most of the team's money. */
export function MemberUsage({ teamId }: { readonly teamId: string }) {
  const t = useTeamWords();
  const list = useOperation('teams.members', { params: { id: teamId } });
  if (list.data === undefined)
    return (
      <Card padded={false}>
        {list.error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState title={t('member.unread')} error={list.error} onRetry={() => void list.refetch()} />
        )}
      </Card>
    );
  const rows = list.data.data
    .toSorted((one, other) => (BigInt(one.spentNanos) < BigInt(other.spentNanos) ? 1 : -1))
    .map((member) => ({ key: member.userId, label: callOf(member), sums: { costNanos: member.spentNanos } }));
  const total = rows.reduce((sum, { sums }) => sum + BigInt(sums.costNanos), 0n);
  if (total === 0n)
    return (
      <Card>
        <EmptyState icon={ChartNoAxesColumn} title={t('usage.none')}>
          {t('usage.noneWhat')}
        </EmptyState>
      </Card>
    );
  return (
    <Card
      title={t('usage.title')}
      description={t('member.spentWhat')}
      actions={<span className="font-semibold tabular-nums">{usdRounded(total)}</span>}
      padded={false}
    >
      <TopList rows={rows} />
    </Card>
  );
}
