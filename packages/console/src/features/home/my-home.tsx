import type { MyOverview } from '@tollgate/contract/api/overview';
import { KeyRound, Plus } from 'lucide-react';
import { Bar, StatTile } from '../../components/charts/marks.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Link, LinkButton } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usdFloored, usdRounded } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { Figures } from './figures.tsx';
import { myInput } from './reads.ts';
import { useHomeWords } from './words.ts';

/** One's own day: what was spent, by which keys, and what failed last. */
export function MyHome() {
  const t = useHomeWords();
  const overview = useOperation('overview.mine', myInput(), { refreshMs: 30_000 });
  const mine = overview.data;
  if (mine === undefined)
    return (
      <Card padded={false}>
        {overview.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <ErrorState title={t('unread')} error={overview.error} onRetry={() => void overview.refetch()} />
        )}
      </Card>
    );
  return (
    <>
      <Figures
        now={mine.last24h}
        before={mine.previous24h}
        series={mine.series}
        first={
          <StatTile
            label={t('today')}
            value={usdRounded(BigInt(mine.today.costNanos))}
            note={
              mine.runwayDays === null
                ? t('balance', { balance: usdFloored(BigInt(mine.balanceNanos)) })
                : t('lasts', { balance: usdFloored(BigInt(mine.balanceNanos)), count: Math.floor(mine.runwayDays) })
            }
          />
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Keys keys={mine.keys} />
        <Errors errors={mine.errors} />
      </div>
    </>
  );
}

function Keys({ keys }: Pick<MyOverview, 'keys'>) {
  const t = useHomeWords();
  return (
    <Card title={t('keys.title')} padded={false}>
      {keys.length === 0 ? (
        <EmptyState
          icon={KeyRound}
          title={t('keys.none')}
          action={
            <LinkButton to="/keys" look="primary" icon={Plus}>
              {t('keys.create')}
            </LinkButton>
          }
        >
          {t('keys.noneWhat')}
        </EmptyState>
      ) : (
        <ul>
          {keys.map((key) => (
            <li key={key.id} className="grid gap-1 border-b border-line px-4 py-2.5 last:border-b-0">
              <p className="flex justify-between gap-3">
                <span className="truncate font-medium">{key.name}</span>
                <span className="shrink-0 text-small text-muted">
                  {key.limitNanos === null
                    ? t('keys.spent', { spent: usdRounded(BigInt(key.spentNanos)) })
                    : t('keys.spentOf', {
                        spent: usdRounded(BigInt(key.spentNanos)),
                        limit: usdRounded(BigInt(key.limitNanos)),
                      })}
                </span>
              </p>
              {key.limitNanos !== null && (
                <Bar
                  value={Number(key.spentNanos)}
                  most={Number(key.limitNanos)}
                  label={t('keys.spentOf', {
                    spent: usdRounded(BigInt(key.spentNanos)),
                    limit: usdRounded(BigInt(key.limitNanos)),
                  })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Errors({ errors }: Pick<MyOverview, 'errors'>) {
  const t = useHomeWords();
  return (
    <Card title={t('errors.title')} padded={false}>
      {errors.length === 0 ? (
        <EmptyState title={t('errors.none')}>{t('errors.noneWhat')}</EmptyState>
      ) : (
        <ul>
          {errors.map((error) => (
            <li
              key={error.id}
              className="flex items-center justify-between gap-3 border-b border-line px-4 py-2 last:border-b-0"
            >
              <span className="min-w-0 truncate">
                <Link to="/requests" search={{ model: error.model, failed: 'true' }}>
                  {error.model}
                </Link>{' '}
                <span className="text-muted">{error.errorCode}</span>
              </span>
              <span className="flex shrink-0 items-center gap-3">
                <Status tone="danger">{error.status}</Status>
                <span className="text-small text-muted" title={fullMoment(error.at)}>
                  {relativeMoment(error.at, Date.now())}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
