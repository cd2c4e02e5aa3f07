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
import { useRights } from '../../lib/session.ts';
import { bindingBudget } from './binding-budget.ts';
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
      <Figures now={mine.last24h} before={mine.previous24h} series={mine.series} first={<Today mine={mine} />} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Keys keys={mine.keys} />
        <Errors errors={mine.errors} />
      </div>
    </>
  );
}

/** What was spent since midnight, against the budget that binds first; without one, against the balance. */
function Today({ mine }: { readonly mine: MyOverview }) {
  const t = useHomeWords();
  const rights = useRights();
  const budgets = useOperation('budgets.list', { query: {} }, { enabled: rights.may('budgets:read') });
  const budget = bindingBudget(budgets.data?.data ?? []);
  const balance = usdFloored(BigInt(mine.balanceNanos));
  const left =
    mine.runwayDays === null ? t('balance', { balance }) : t('lasts', { balance, count: Math.floor(mine.runwayDays) });
  const today = usdRounded(BigInt(mine.today.costNanos));
  if (budget === undefined) return <StatTile label={t('today')} value={today} note={left} />;
  const words = t(`budget.${budget.period}`, {
    spent: usdRounded(BigInt(budget.spentNanos)),
    limit: usdRounded(BigInt(budget.limitNanos)),
  });
  return (
    <StatTile
      label={t('today')}
      value={today}
      note={
        <span className="grid gap-1">
          <Link to="/budgets">{words}</Link>
          <Bar value={Number(budget.spentNanos)} most={Number(budget.limitNanos)} label={words} />
          {left}
        </span>
      }
    />
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
    <Card
      title={t('errors.title')}
      padded={false}
      {...(errors.length > 0 && {
        actions: (
          <LinkButton size="small" look="quiet" to="/requests" search={{ failed: 'true', of: 'me' }}>
            {t('errors.all')}
          </LinkButton>
        ),
      })}
    >
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
                <Link to="/requests/$id" params={{ id: error.id }}>
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
