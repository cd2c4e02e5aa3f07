import { useState } from 'react';
import { AllowanceLeft } from '../../components/plans/allowance-left.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { calendarDay, fullMoment } from '../../lib/format.ts';
import { usdOf } from '../../lib/money.ts';
import { priceWords, stateTones, usePlanWords } from '../../lib/plan-terms.ts';
import { PaidBy } from './paid-by.tsx';

export type Subscription = Answer<'subscriptions.list'>['data'][number];
type Offer = Answer<'plans.offers'>['data'][number];
type SavedCard = Answer<'wallet.cards'>['data'][number];
type Patch = NonNullable<Parameters<typeof api.call<'subscriptions.update'>>[1]['body']>;

type SubscriptionCardProps = {
  readonly subscription: Subscription;
  readonly offers: readonly Offer[];
  readonly cards: readonly SavedCard[];
  readonly onChanged: () => void;
};

/** One subscription: what is left of it, when it renews, and what can be done with it. */
export function SubscriptionCard({ subscription: one, offers, cards, onChanged }: SubscriptionCardProps) {
  const t = usePlanWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const change = async (body: Patch): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await api.call('subscriptions.update', { params: { id: one.id }, body });
      onChanged();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const next = offers.find(({ id }) => id === one.nextPlanId)?.name;
  const leaves = one.cancelAtEnd || one.nextPlanId !== null;
  return (
    <Card
      title={one.plan}
      actions={<Badge tone={stateTones[one.state]}>{t(`state.${one.state}`)}</Badge>}
      footer={
        <div className="flex flex-wrap justify-end gap-2">
          {one.state === 'paused' ? (
            <Button busy={busy} onPress={() => void change({ paused: false })}>
              {t('do.resume')}
            </Button>
          ) : (
            one.state === 'active' && (
              <Button busy={busy} onPress={() => void change({ paused: true })}>
                {t('do.pause')}
              </Button>
            )
          )}
          <Button busy={busy} onPress={() => void change({ cancelAtEnd: !leaves })}>
            {t(leaves ? 'do.keep' : 'do.cancel')}
          </Button>
        </div>
      }
    >
      <div className="grid gap-3">
        {error !== undefined && <ErrorNotice title={t('notChanged')} error={error} />}
        <AllowanceLeft allowance={one.allowance} overflow={one.overflow} />
        <p className="text-small text-muted">
          {priceWords(t, one)}
          {' · '}
          <span title={fullMoment(one.termEndsAt)}>{whatNext(t, one, next)}</span>
        </p>
        <PaidBy subscription={one} cards={cards} onChange={(card) => void change({ card })} />
      </div>
    </Card>
  );
}

function whatNext(t: ReturnType<typeof usePlanWords>, one: Subscription, next: string | undefined): string {
  const day = calendarDay(one.termEndsAt);
  if (one.state === 'past_due') return t('next.due', { day: calendarDay(one.graceUntil ?? one.termEndsAt) });
  if (one.state === 'paused') return t('next.paused');
  if (one.cancelAtEnd) return t('next.ends', { day });
  if (one.nextPlanId !== null) return t('next.switches', { day, plan: next ?? one.nextPlanId });
  return t('next.renews', { day, price: usdOf(one.priceUsd) });
}
