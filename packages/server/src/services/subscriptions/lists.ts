import type { SubscriptionView } from '@tollgate/contract/api/plans';
import type { Page } from '../../store/page.ts';
import { allowanceRepository } from '../../store/subscriptions/allowances.ts';
import { subscriptionRepository, type StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import type { SubscriptionDeps } from './deps.ts';
import { inputOf } from './terms.ts';

export const listSubscriptions = async (
  { database }: Pick<SubscriptionDeps, 'database'>,
  ask: Parameters<typeof subscriptionRepository.page>[1],
): Promise<Page<StoredSubscription>> => await subscriptionRepository.page(database.db, ask);

/** All that a person or a team ever subscribed to, the last one first. */
export async function subscriptionsOf(deps: SubscriptionDeps, subscriber: string): Promise<SubscriptionView[]> {
  const found = await subscriptionRepository.ofSubscriber(deps.database.db, subscriber);
  return await Promise.all(found.map(async (one) => await presentSubscription(deps, one)));
}

/** A subscription as people see it, with what of its allowance is spent. */
export async function presentSubscription(deps: SubscriptionDeps, one: StoredSubscription): Promise<SubscriptionView> {
  const { db } = deps.database;
  const { name, priceUsd, interval, intervalCount, overflow } = inputOf(one);
  const last = await allowanceRepository.findByNumber(db, one.id, one.allowances);
  const used = last && (await allowanceRepository.used(db, [last.meterId])).get(last.meterId);
  const counts = last !== undefined && one.state !== 'ended' && (one.state === 'paused' || last.endsAt > deps.now());
  return {
    id: one.id,
    userId: one.userId,
    planId: one.planId,
    plan: name,
    state: one.state,
    priceUsd,
    seats: one.seats ?? null,
    nextSeats: one.nextSeats ?? null,
    interval,
    intervalCount,
    overflow,
    termEndsAt: one.termEndsAt,
    cancelAtEnd: one.cancelAtEnd,
    nextPlanId: one.nextPlanId ?? null,
    graceUntil: one.graceUntil ?? null,
    card: one.card === undefined ? null : { methodId: one.card.methodId, cardId: one.card.id, label: one.card.label },
    allowance: counts
      ? {
          unit: last.unit,
          granted: last.granted.toString(),
          spent: (used?.spent ?? 0n).toString(),
          startsAt: last.startsAt,
          endsAt: last.endsAt,
        }
      : null,
    createdAt: one.createdAt,
    endedAt: one.endedAt ?? null,
  };
}
