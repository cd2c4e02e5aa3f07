import type { TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { Package } from 'lucide-react';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { ErrorState } from '../../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { useOperation } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { pays } from '../deeds.ts';
import { useStanding } from '../use-standing.ts';
import { useTeamWords } from '../words.ts';
import { SeatOffers } from './seat-offers.tsx';
import { TeamSubscription } from './team-subscription.tsx';

/** What the team has subscribed to, for how many of its members it pays, and what else there is. */
export function TeamPlan({ team }: { readonly team: TeamView }) {
  const t = useTeamWords();
  const standing = useStanding(team);
  const mayPay = useRights().may('purchases:write') && pays(standing);
  const had = useOperation('teams.subscriptions', { params: { id: team.id } }, { refreshMs: 30_000 });
  const offers = useOperation('plans.offers');
  const queries = useQueryClient();
  // The wallet has paid, or has not to pay any more.
  const reload = (): void => void Promise.all([had.refetch(), queries.invalidateQueries({ queryKey: ['teams.read'] })]);
  const error = had.error ?? offers.error;
  if (had.data === undefined || offers.data === undefined)
    return (
      <Card padded={false}>
        {error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState
            title={t('plan.unread')}
            error={error}
            onRetry={() => void Promise.all([had.refetch(), offers.refetch()])}
          />
        )}
      </Card>
    );
  const running = had.data.data.filter(({ state }) => state !== 'ended');
  const taken = new Set(running.map(({ planId }) => planId));
  const offered = offers.data.data.filter(({ id, perSeat }) => perSeat && !taken.has(id));
  if (running.length + offered.length === 0)
    return (
      <Card>
        <EmptyState icon={Package} title={t('plan.empty')}>
          {t('plan.emptyWhat')}
        </EmptyState>
      </Card>
    );
  return (
    <div className="grid gap-6">
      {running.length > 0 && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          {running.map((one) => (
            <TeamSubscription key={one.id} team={team} subscription={one} mayPay={mayPay} onChanged={reload} />
          ))}
        </div>
      )}
      <SeatOffers team={team} offers={offered} mayPay={mayPay} onChanged={reload} />
    </div>
  );
}
