import { nanosToUsd } from '../../accounts/people.ts';
import { tellWithin } from '../../notices/notices.ts';
import { autoTopUpRepository } from '../../../store/payments/cards.ts';
import type { Transact } from '../../subscriptions/deps.ts';
import type { PaymentDeps } from '../payment-deps.ts';

/** Switches off the automatic top-ups of a user, unless that was done; of one card only when it is named. */
export async function stopAutoTopUp(
  db: Transact,
  deps: Pick<PaymentDeps, 'jobs' | 'now'>,
  userId: string,
  why: { readonly reason: string; readonly tell: boolean; readonly cardId?: string },
): Promise<void> {
  const one = await autoTopUpRepository.lock(db, userId);
  if (one === undefined || !one.enabled) return;
  if (why.cardId !== undefined && why.cardId !== one.cardId) return;
  const stopped = why.reason.slice(0, 300);
  await autoTopUpRepository.update(db, { ...one, enabled: false, stopped, updatedAt: deps.now() });
  if (!why.tell) return;
  await tellWithin(deps.jobs, db, userId, {
    event: 'autoTopUpStopped',
    facts: { what: stopped, figure: `$${nanosToUsd(one.amount)} (${one.cardLabel})` },
  });
}
