import type { Nanos } from '../../domain/money.ts';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { userRepository } from '../../store/users.ts';
import { giveCredit } from '../rewards/given-credits.ts';
import { mayManage, type AccountDeps, type Actor } from './account-deps.ts';
import { creditOnce } from './credit-once.ts';

/** Credits a wallet (or, below zero, debits it), with a note in the books and a line in the audit log. */
export async function creditUser(
  deps: AccountDeps,
  actor: Actor,
  ask: {
    readonly userId: string;
    readonly amount: Nanos;
    readonly note: string;
    readonly idempotencyKey?: string | undefined;
    /** ms since the epoch; undefined for credit that stays. */
    readonly expiresAt?: number | undefined;
  },
): Promise<void> {
  const { expiresAt } = ask;
  if (expiresAt !== undefined && (expiresAt <= deps.now() || ask.amount < 0n))
    throw new Refusal('invalid_request', 'must lie in the future, and be of an amount that is given', {
      param: 'expiresAt',
    });
  if (ask.amount === 0n) throw new Refusal('invalid_request', 'The amount must not be 0.', { param: 'amountUsd' });
  const user = await userRepository.find(deps.database.db, ask.userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user, 'wallets:write') && actor.userId !== user.id)
    throw new Refusal('forbidden', 'Only root may credit administrators.');
  const { database } = deps;
  const at = deps.now();
  // The key is the caller's own: without their name before it, one administrator's could silence another's.
  const idempotencyKey = `credit:${actor.label}:${ask.idempotencyKey ?? deps.newId()}`;
  const asked = { key: idempotencyKey, ownerId: user.id, amount: ask.amount, expires: expiresAt !== undefined };
  await creditOnce(database, asked, async (db) => {
    const { posted } = await giveCredit(db, deps, {
      userId: user.id,
      amount: ask.amount,
      kind: 'adjustment',
      note: ask.note,
      key: idempotencyKey,
      actor: actor.label,
      expiresAt,
    });
    if (!posted) return;
    await auditRepository.append(db, {
      at,
      actor: actor.label,
      action: 'user.credit',
      subject: `user:${user.id}`,
      before: null,
      after: { amountNanos: ask.amount.toString(), note: ask.note, ...(expiresAt !== undefined && { expiresAt }) },
    });
  });
}
