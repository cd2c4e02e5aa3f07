import { useMemo } from 'react';
import { Sparkline } from '../../components/charts/marks.tsx';
import { TopList } from '../../components/charts/top-list.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { count, percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useUserWords } from './words.ts';

const month = 30 * 86_400_000;

/** What somebody asked in thirty days: the cost by day, and the models that cost most. */
export function UserUsage({ userId }: { readonly userId: string }) {
  const t = useUserWords();
  // To the hour, so that the question stays the same for a while.
  const from = useMemo(() => Math.floor((Date.now() - month) / 3_600_000) * 3_600_000, []);
  const shared = { userId, from, compare: 'false' } as const;
  const models = useOperation('usage.query', { query: { ...shared, groupBy: 'model', limit: 10 } });
  const days = useOperation('usage.query', {
    query: { ...shared, groupBy: 'day', limit: 40, zoneMinutes: -new Date().getTimezoneOffset() },
  });
  const read = models.data;
  if (read === undefined)
    return (
      <Card title={t('spent.title')} padded={false}>
        {models.error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorState title={t('spent.unread')} error={models.error} onRetry={() => void models.refetch()} />
        )}
      </Card>
    );
  const { total } = read;
  const byDay = (days.data?.rows ?? []).toSorted((one, other) => Number(one.key) - Number(other.key));
  return (
    <Card
      title={t('spent.title')}
      padded={false}
      actions={
        <LinkButton size="small" to="/usage" search={{ user: userId }}>
          {t('spent.all')}
        </LinkButton>
      }
    >
      <div className="flex flex-wrap items-end justify-between gap-4 border-b border-line p-4">
        <div>
          <p className="text-2xl font-semibold">{usdRounded(BigInt(total.costNanos))}</p>
          <p className="text-small text-muted">
            {t('spent.sum', {
              count: total.requests,
              shown: count(total.requests),
              share: percent(total.requests === 0 ? 0 : total.errors / total.requests),
            })}
          </p>
        </div>
        {byDay.length > 1 && (
          <Sparkline
            values={byDay.map(({ sums }) => Number(sums.costNanos) / 1e9)}
            label={t('spent.byDay')}
            className="h-10 w-40"
          />
        )}
      </div>
      {read.rows.length === 0 ? (
        <EmptyState title={t('spent.none')}>{t('spent.noneWhat')}</EmptyState>
      ) : (
        <TopList rows={read.rows} />
      )}
    </Card>
  );
}
