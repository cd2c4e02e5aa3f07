import { Package } from 'lucide-react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { usePlanWords } from '../../lib/plan-terms.ts';
import { Offers } from './offers.tsx';
import { SubscriptionCard } from './subscription-card.tsx';

/** What I have subscribed to, how much of it is left, and what else there is. */
export default function MyPlansPage() {
  const t = usePlanWords();
  const mine = useOperation('subscriptions.list', { query: { limit: 20 } }, { refreshMs: 30_000 });
  const offers = useOperation('plans.offers');
  const all = mine.data?.data ?? [];
  const running = all.filter(({ state }) => state !== 'ended');
  const offered = (offers.data?.data ?? []).filter(({ perSeat }) => !perSeat);
  // Without them all is shown but who pays for renewals: a provider that cannot be asked hides no plan.
  const cards = useOperation('wallet.cards', undefined, { enabled: running.length > 0 }).data?.data ?? [];
  const reload = (): void => void Promise.all([mine.refetch(), offers.refetch()]);
  const error = mine.error ?? offers.error;
  if (error !== null && (mine.data === undefined || offers.data === undefined))
    return (
      <>
        <PageHeader title={t('mine.title')} description={t('mine.what')} />
        <ErrorState title={t('mine.unread')} error={error} onRetry={reload} />
      </>
    );
  const isEmpty = mine.data !== undefined && offers.data !== undefined && running.length + offered.length === 0;
  return (
    <>
      <PageHeader title={t('mine.title')} description={t('mine.what')} />
      {mine.data === undefined || offers.data === undefined ? (
        <Card padded={false}>
          <SkeletonRows rows={4} />
        </Card>
      ) : isEmpty ? (
        <Card>
          <EmptyState icon={Package} title={t('mine.empty')}>
            {t('mine.emptyWhat')}
          </EmptyState>
        </Card>
      ) : (
        <div className="grid gap-6">
          {running.length > 0 && (
            <div className="grid items-start gap-4 lg:grid-cols-2">
              {running.map((one) => (
                <SubscriptionCard key={one.id} subscription={one} offers={offered} cards={cards} onChanged={reload} />
              ))}
            </div>
          )}
          <Offers offers={offered} taken={new Set(running.map(({ planId }) => planId))} onChanged={reload} />
        </div>
      )}
    </>
  );
}
