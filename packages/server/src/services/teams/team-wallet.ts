import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { isPosted, postCreditIn } from '../../store/ledger/journal.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { creditOnce } from '../accounts/credit-once.ts';
import { writeCreditLine, type CreditLineAsk } from '../accounts/credit-lines.ts';
import { recordWrite } from '../record-write.ts';
import { withWallet } from '../subscriptions/pay.ts';
import { requireTeam } from './teams.ts';

/** Moves money from one's own wallet into the team's. Once for each key of the caller's own. */
export async function fundTeam(
  deps: AccountDeps,
  actor: Actor,
  ask: { readonly teamId: string; readonly userId: string; readonly amount: bigint; readonly clientKey: string },
): Promise<void> {
  await requireTeam(deps, actor, ask.teamId, 'see');
  if (ask.amount <= 0n) throw new Refusal('invalid_request', 'must be more than 0', { param: 'amountUsd' });
  const { database, now, newId } = deps;
  const key = `team-fund:${ask.userId}:${ask.teamId}:${ask.clientKey}`;
  const outcome = await withWallet(deps, ask.userId, ask.amount, async (db) => {
    if (await isPosted(db, `${key}:out`)) return;
    const shared = { kind: 'transfer', note: `team ${ask.teamId}`, actor: actor.label, at: now() } as const;
    for (const [account, amount, way] of [
      [walletMeter(ask.userId), -ask.amount, 'out'],
      [walletMeter(ask.teamId), ask.amount, 'in'],
    ] as const) {
      const idempotencyKey = `${key}:${way}`;
      await postCreditIn(db, database.kind, {
        ...shared,
        transactionId: `tx_${newId()}`,
        account,
        amount,
        idempotencyKey,
      });
    }
    await changeRepository.append(db, 'wallet', ask.userId, shared.at);
    await changeRepository.append(db, 'wallet', ask.teamId, shared.at);
  });
  // A second call finds the wallet without what the first one has moved.
  if (outcome === 'short' && !(await isPosted(database.db, `${key}:out`)))
    throw new Refusal('conflict', 'is more than there is in your wallet', { param: 'amountUsd' });
}

/** Credits a team's wallet (or, below zero, debits it), for administrators. */
export async function creditTeam(
  deps: AccountDeps,
  actor: Actor,
  ask: { readonly teamId: string; readonly amount: bigint; readonly note: string; readonly clientKey: string },
): Promise<void> {
  await requireTeam(deps, actor, ask.teamId, 'see');
  if (ask.amount === 0n) throw new Refusal('invalid_request', 'The amount must not be 0.', { param: 'amountUsd' });
  const { database } = deps;
  const at = deps.now();
  // The key is the caller's own: without their name before it, one administrator's could silence another's.
  const key = `credit:${actor.label}:${ask.clientKey}`;
  await creditOnce(database, { key, ownerId: ask.teamId, amount: ask.amount, expires: false }, async (db) => {
    const { posted } = await postCreditIn(db, database.kind, {
      transactionId: `tx_${deps.newId()}`,
      account: walletMeter(ask.teamId),
      amount: ask.amount,
      kind: 'adjustment',
      note: ask.note,
      idempotencyKey: key,
      actor: actor.label,
      at,
    });
    if (!posted) return;
    await changeRepository.append(db, 'wallet', ask.teamId, at);
    const after = { amountNanos: ask.amount.toString(), note: ask.note };
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'team',
      action: 'credit',
      ref: ask.teamId,
      before: null,
      after,
    });
  });
}

/** Sets the credit line of a team's wallet, for administrators. */
export async function setTeamCreditLine(deps: AccountDeps, actor: Actor, ask: CreditLineAsk): Promise<void> {
  await requireTeam(deps, actor, ask.ownerId, 'see');
  await writeCreditLine(deps, actor, 'team', ask);
}
