import { Refusal } from '../../../domain/refusal.ts';
import { isUniqueViolation } from '../../../store/database.ts';
import { payerRepository } from '../../../store/payments/cards.ts';
import { subscriptionRepository } from '../../../store/subscriptions/subscriptions.ts';
import type { CardVault, SavedCard } from '../adapter.ts';
import { assertReachable, openMethod, type OpenMethod } from '../open-method.ts';
import type { PaymentDeps } from '../payment-deps.ts';
import { assertSalesOpen } from '../../sales/sale-terms.ts';
import { stopAutoTopUp } from './stop-auto-top-up.ts';

/** A method that keeps cards. */
export type CardMethod = OpenMethod & { readonly cards: CardVault<unknown, unknown> };

/** A card, and the method that keeps it. */
export type KeptCard = SavedCard & { readonly methodId: string; readonly method: string };

/** What a card is called beside others. */
export const labelOf = ({ brand, last4 }: Pick<SavedCard, 'brand' | 'last4'>): string =>
  `${brand.slice(0, 1).toUpperCase()}${brand.slice(1)} ···· ${last4}`.slice(0, 60);

/** The method, if it is sold by and keeps cards. */
export async function openCardMethod(deps: PaymentDeps, methodId: string): Promise<CardMethod> {
  const open = await openMethod(deps, deps.database.db, methodId);
  const cards = open?.adapter.cards;
  if (open === undefined || !open.method.enabled || cards === undefined)
    throw new Refusal('not_found', 'There is no such payment method, or it keeps no cards.', { param: 'methodId' });
  return { ...open, cards };
}

/** Cards that providers keep for a user. A method whose provider cannot be asked refuses them all: none is not the truth. */
export async function listCards(deps: PaymentDeps, userId: string): Promise<readonly KeptCard[]> {
  const payers = await payerRepository.ofUser(deps.database.db, userId);
  const found = await Promise.all(
    payers.map(async ({ methodId, reference }) => {
      const open = await openMethod(deps, deps.database.db, methodId);
      const cards = open?.adapter.cards;
      if (open === undefined || cards === undefined) return [];
      const kept = await asked(cards.list(open.context, reference));
      return kept.map((card) => ({ ...card, methodId, method: open.method.name }));
    }),
  );
  return found.flat();
}

/** A card of a user, or a refusal. */
export async function cardOf(
  deps: PaymentDeps,
  { method, cards, context }: CardMethod,
  userId: string,
  cardId: string,
): Promise<{ readonly payer: string; readonly card: SavedCard }> {
  const payer = await payerRepository.find(deps.database.db, method.id, userId);
  const kept = payer === undefined ? [] : await asked(cards.list(context, payer));
  const card = kept.find(({ id }) => id === cardId);
  if (payer === undefined || card === undefined)
    throw new Refusal('not_found', 'There is no such card.', { param: 'cardId' });
  return { payer, card };
}

/** Begins to save a card; answers with the address of the provider's page for it. */
export async function collectCard(
  deps: PaymentDeps,
  user: { readonly id: string; readonly email: string | null },
  methodId: string,
): Promise<string> {
  await assertSalesOpen(deps.database.db);
  const open = await openCardMethod(deps, methodId);
  assertReachable(deps, open.adapter);
  const payer = await payerOf(deps, open, user);
  return await asked(open.cards.collect(open.context, payer, open.context.walletUrl));
}

/** The provider's id of a user, who is made known to it first where that was not done. */
export async function payerOf(
  deps: PaymentDeps,
  { method, cards, context }: CardMethod,
  user: { readonly id: string; readonly email: string | null },
): Promise<string> {
  const { db } = deps.database;
  const known = await payerRepository.find(db, method.id, user.id);
  if (known !== undefined) return known;
  const key = `payer:${method.id}:${user.id}`;
  const reference = await asked(cards.addPayer(context, { userId: user.id, email: user.email ?? undefined, key }));
  try {
    await payerRepository.insert(db, { methodId: method.id, userId: user.id, reference, at: deps.now() });
    return reference;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return (await payerRepository.find(db, method.id, user.id)) ?? reference;
  }
}

/** Has a card forgotten. What it pays for automatically is switched off first. */
export async function removeCard(deps: PaymentDeps, userId: string, methodId: string, cardId: string): Promise<void> {
  const payer = await payerRepository.find(deps.database.db, methodId, userId);
  const open = await openMethod(deps, deps.database.db, methodId);
  const cards = open?.adapter.cards;
  if (payer === undefined || open === undefined || cards === undefined)
    throw new Refusal('not_found', 'There is no such card.', { param: 'cardId' });
  await deps.database.transact(async (db) => {
    await stopAutoTopUp(db, deps, userId, { reason: 'its card was removed', tell: false, cardId });
    await subscriptionRepository.forgetCard(db, userId, cardId);
  });
  await asked(cards.forget(open.context, payer, cardId));
}

/** What a provider answers; what it refuses or does not answer is told as its failure. */
async function asked<T>(work: Promise<T>): Promise<T> {
  return await work.catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : 'it failed';
    throw new Refusal('upstream_error', `The payment provider did not do it: ${detail.slice(0, 300)}`);
  });
}
