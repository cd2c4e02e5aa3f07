import type { TeamView } from '@tollgate/contract/api/teams';
import { useState } from 'react';
import { AllowanceLeft } from '../../../components/plans/allowance-left.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { api } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import { calendarDay, fullMoment } from '../../../lib/format.ts';
import { priceWords, stateTones, usePlanWords } from '../../../lib/plan-terms.ts';
import { useTeamWords } from '../words.ts';
import { ChangeSeats, type Subscription } from './change-seats.tsx';

type TeamSubscriptionProps = {
  readonly team: TeamView;
  readonly subscription: Subscription;
  readonly mayPay: boolean;
  readonly onChanged: () => void;
};

/** A plan of the team: its seats, what is left of it, and when it renews. */
export function TeamSubscription({ team, subscription: one, mayPay, onChanged }: TeamSubscriptionProps) {
  const t = useTeamWords();
  const plan = usePlanWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const [seating, setSeating] = useState(false);
  const keep = async (cancelAtEnd: boolean): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await api.call('teams.changeSubscription', {
        params: { id: team.id, subscriptionId: one.id },
        body: { cancelAtEnd },
      });
      onChanged();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={one.plan}
      actions={<Badge tone={stateTones[one.state]}>{plan(`state.${one.state}`)}</Badge>}
      {...(mayPay && {
        footer: (
          <div className="flex flex-wrap justify-end gap-2">
            <Button busy={busy} onPress={() => void keep(!one.cancelAtEnd)}>
              {plan(one.cancelAtEnd ? 'do.keep' : 'do.cancel')}
            </Button>
            {one.state === 'active' && (
              <Button look="primary" onPress={() => setSeating(true)}>
                {t('plan.changeSeats')}
              </Button>
            )}
          </div>
        ),
      })}
    >
      <div className="grid gap-3">
        {error !== undefined && <ErrorNotice title={plan('notChanged')} error={error} />}
        <Seats subscription={one} members={team.members} />
        <AllowanceLeft allowance={one.allowance} />
        <p className="text-small text-muted">
          {t('plan.perSeat', { price: priceWords(plan, one) })}
          {' · '}
          <span title={fullMoment(one.termEndsAt)}>
            {plan(one.cancelAtEnd ? 'next.ends' : 'next.on', { day: calendarDay(one.termEndsAt) })}
          </span>
        </p>
      </div>
      {seating && (
        <ChangeSeats team={team} subscription={one} onClose={() => setSeating(false)} onChanged={onChanged} />
      )}
    </Card>
  );
}

/** How many members have a seat, and who pays for the others. */
function Seats({ subscription, members }: { readonly subscription: Subscription; readonly members: number }) {
  const t = useTeamWords();
  const { seats, nextSeats, termEndsAt } = subscription;
  const without = members - (seats ?? 0);
  return (
    <div className="grid gap-1">
      <p className="font-medium tabular-nums">
        {t('plan.seats', { taken: Math.min(members, seats ?? 0), count: seats ?? 0 })}
      </p>
      {nextSeats !== null && (
        <p className="text-small text-muted">
          {t('plan.nextSeats', { count: nextSeats, day: calendarDay(termEndsAt) })}
        </p>
      )}
      {without > 0 && <p className="text-small text-warn">{t('plan.without', { count: without })}</p>}
    </div>
  );
}
