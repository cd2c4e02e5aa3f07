import { useMemo, type ReactNode } from 'react';
import { count, percent } from '../../lib/format.ts';
import { usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { Sparkline } from './marks.tsx';
import { TopList } from './top-list.tsx';

const month = 30 * 86_400_000;

export type MonthUsageProps = {
  /** Whose requests are counted: a user's, or those of one of their keys. */
  readonly of: { readonly userId: string; readonly keyId?: string };
  /** How many models are named. */
  readonly limit: number;
  readonly words: {
    readonly title: string;
    readonly unread: string;
    readonly byDay: string;
    readonly none: string;
    readonly noneWhat: string;
    /** What stands below the cost: `shown` is the number of requests as text, `share` that of failures. */
    sum(values: { readonly count: number; readonly shown: string; readonly share: string }): string;
  };
  readonly actions?: ReactNode;
  /** What stands above the cost. */
  readonly above?: ReactNode;
};

/** What was asked in thirty days: the cost by day, and the models that cost most. */
export function MonthUsage({ of, limit, words, actions, above }: MonthUsageProps) {
  // To the hour, so that the question stays the same for a while.
  const from = useMemo(() => Math.floor((Date.now() - month) / 3_600_000) * 3_600_000, []);
  const shared = { ...of, from, compare: 'false' } as const;
  const models = useOperation('usage.query', { query: { ...shared, groupBy: 'model', limit } });
  const days = useOperation('usage.query', {
    query: { ...shared, groupBy: 'day', limit: 40, zoneMinutes: -new Date().getTimezoneOffset() },
  });
  const read = models.data;
  if (read === undefined)
    return (
      <Card title={words.title} padded={false}>
        {models.error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorState title={words.unread} error={models.error} onRetry={() => void models.refetch()} />
        )}
      </Card>
    );
  const { total } = read;
  const byDay = (days.data?.rows ?? []).toSorted((one, other) => Number(one.key) - Number(other.key));
  return (
    <Card title={words.title} padded={false} actions={actions}>
      <div className="grid gap-4 border-b border-line p-4">
        {above}
        <div className="flex flex-wrap items-end justify-between gap-4">
          <div>
            <p className="text-2xl font-semibold">{usdRounded(BigInt(total.costNanos))}</p>
            <p className="text-small text-muted">
              {words.sum({
                count: total.requests,
                shown: count(total.requests),
                share: percent(total.requests === 0 ? 0 : total.errors / total.requests),
              })}
            </p>
          </div>
          {byDay.length > 1 && (
            <Sparkline
              values={byDay.map(({ sums }) => Number(sums.costNanos) / 1e9)}
              label={words.byDay}
              className="h-10 w-40"
            />
          )}
        </div>
      </div>
      {read.rows.length === 0 ? (
        <EmptyState title={words.none}>{words.noneWhat}</EmptyState>
      ) : (
        <TopList rows={read.rows} />
      )}
    </Card>
  );
}
