import type { AutoTopUpInput, AutoTopUpView } from '@tollgate/contract/api/cards';
import { walletMeter } from '../../../domain/meters.ts';
import { priceOf } from '../../../domain/payment.ts';
import { stretchOf } from '../../../domain/period.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { auditRepository } from '../../../store/configuration/audit-log.ts';
import { isUniqueViolation, type Db } from '../../../store/database.ts';
import { autoTopUpRepository, type AutoTopUp } from '../../../store/payments/cards.ts';
import { orderRepository } from '../../../store/payments/orders.ts';
import { nanosToUsd, usdToNanos } from '../../accounts/people.ts';
import { assertSalesOpen } from '../../sales/sale-terms.ts';
import type { Transact } from '../../subscriptions/deps.ts';
import { tariffOf } from '../buy.ts';
import type { PaymentDeps } from '../payment-deps.ts';
import { cardOf, labelOf, openCardMethod } from './saved-cards.ts';

/** Whose wallet is topped up. */
export type Owner = { readonly id: string; readonly group: string; readonly timeZone: string | null };

/** How the wallet of a user is topped up automatically; null for who never set it up. */
export async function readAutoTopUp(deps: PaymentDeps, user: Owner): Promise<AutoTopUpView | null> {
  const one = await autoTopUpRepository.find(deps.database.db, user.id);
  return one === undefined ? null : await present(deps, user, one);
}

const present = async (deps: PaymentDeps, user: Owner, one: AutoTopUp): Promise<AutoTopUpView> => ({
  enabled: one.enabled,
  methodId: one.methodId,
  cardId: one.cardId,
  belowUsd: nanosToUsd(one.below),
  amountUsd: nanosToUsd(one.amount),
  monthlyUsd: nanosToUsd(one.monthly),
  card: one.cardLabel,
  boughtUsd: nanosToUsd((await boughtThisMonth(deps.database.db, deps, user)).credit),
  stopped: one.stopped ?? null,
  updatedAt: one.updatedAt,
});

/** What was bought automatically this month, and whether some of it is still being paid. */
export async function boughtThisMonth(
  db: Db,
  deps: Pick<PaymentDeps, 'now'>,
  user: Pick<Owner, 'id' | 'timeZone'>,
): Promise<{ readonly credit: bigint; readonly open: boolean }> {
  const { startsAt } = stretchOf('month', deps.now(), user.timeZone ?? 'UTC');
  const orders = await orderRepository.ofCause(db, user.id, 'auto_top_up', startsAt);
  const open = orders.some(({ state }) => state === 'created' || state === 'pending');
  const counted = orders.filter(({ state }) => state !== 'failed' && state !== 'expired');
  return { credit: counted.reduce((sum, { credit }) => sum + credit, 0n), open };
}

/** Lets a wallet be topped up by a card, from now on. */
export async function setAutoTopUp(
  deps: PaymentDeps,
  user: Owner,
  actor: string,
  input: AutoTopUpInput,
): Promise<AutoTopUpView> {
  await assertSalesOpen(deps.database.db);
  const open = await openCardMethod(deps, input.methodId);
  const [below, amount, monthly] = [input.belowUsd, input.amountUsd, input.monthlyUsd].map(usdToNanos);
  if (below === undefined || amount === undefined || monthly === undefined) throw new Error('three are three');
  if (monthly < amount)
    throw new Refusal('invalid_request', 'must be at least what is bought each time', { param: 'monthlyUsd' });
  // Refuses what the method does not sell.
  priceOf(tariffOf(open, undefined), amount, user.group);
  const { card } = await cardOf(deps, open, user.id, input.cardId);
  const wanted = {
    userId: user.id,
    account: walletMeter(user.id),
    methodId: open.method.id,
    cardId: card.id,
    cardLabel: labelOf(card),
    below,
    amount,
    monthly,
    enabled: true,
    stopped: undefined,
    updatedAt: deps.now(),
  };
  await writing(deps, async (db) => {
    const before = await autoTopUpRepository.lock(db, user.id);
    const after = { ...wanted, runs: before?.runs ?? 0 };
    await (before === undefined ? autoTopUpRepository.insert(db, after) : autoTopUpRepository.update(db, after));
    await record(db, deps, actor, before, after);
  });
  return await present(deps, user, { ...wanted, runs: 0 });
}

/** As it was asked for; two at once that both begin are one after the other. */
async function writing(deps: PaymentDeps, work: (db: Transact) => Promise<void>): Promise<void> {
  try {
    await deps.database.transact(work);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await deps.database.transact(work);
  }
}

/** Tops up no more, as its owner wants. */
export async function endAutoTopUp(deps: PaymentDeps, user: Owner, actor: string): Promise<AutoTopUpView | null> {
  await deps.database.transact(async (db) => {
    const before = await autoTopUpRepository.lock(db, user.id);
    if (before === undefined || !before.enabled) return;
    const after = { ...before, enabled: false, stopped: undefined, updatedAt: deps.now() };
    await autoTopUpRepository.update(db, after);
    await record(db, deps, actor, before, after);
  });
  return await readAutoTopUp(deps, user);
}

async function record(
  db: Transact,
  deps: PaymentDeps,
  actor: string,
  before: AutoTopUp | undefined,
  after: AutoTopUp,
): Promise<void> {
  const told = ({ enabled, below, amount, monthly, cardLabel }: AutoTopUp) => ({
    enabled,
    belowUsd: nanosToUsd(below),
    amountUsd: nanosToUsd(amount),
    monthlyUsd: nanosToUsd(monthly),
    card: cardLabel,
  });
  await auditRepository.append(db, {
    at: deps.now(),
    actor,
    action: 'auto-top-up.update',
    subject: `user:${after.userId}`,
    before: before === undefined ? null : told(before),
    after: told(after),
  });
}
