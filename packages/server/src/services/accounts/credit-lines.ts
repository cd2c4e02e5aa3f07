import { walletMeter } from '../../domain/meters.ts';
import { nanos, type Nanos } from '../../domain/money.ts';
import { Refusal } from '../../domain/refusal.ts';
import { setCreditLine } from '../../store/ledger/credit-lines.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { userRepository } from '../../store/users.ts';
import { recordWrite } from '../record-write.ts';
import { mayManage, type AccountDeps, type Actor } from './account-deps.ts';

/** How far below zero usage may take the wallet of `ownerId` (0 for not at all), and why. */
export type CreditLineAsk = { readonly ownerId: string; readonly amount: Nanos; readonly reason: string };

/** Sets the credit line of a user's wallet. */
export async function setUserCreditLine(deps: AccountDeps, actor: Actor, ask: CreditLineAsk): Promise<void> {
  const user = await userRepository.find(deps.database.db, ask.ownerId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user, 'wallets:write') && actor.userId !== user.id)
    throw new Refusal('forbidden', 'Only root may set the credit lines of administrators.');
  await writeCreditLine(deps, actor, 'user', ask);
}

/** Sets the credit line of a wallet, with its line in the audit log; whose it is and who may was asked before. */
export async function writeCreditLine(
  { database, now }: Pick<AccountDeps, 'database' | 'now'>,
  actor: Actor,
  kind: 'user' | 'team',
  { ownerId, amount, reason }: CreditLineAsk,
): Promise<void> {
  const at = now();
  await database.transact(async (db) => {
    const before = await setCreditLine(db, database.kind, { ownerId, amount, reason, actor: actor.label, at });
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind,
      action: 'credit_line',
      ref: ownerId,
      before: { amountNanos: before.toString() },
      after: { amountNanos: amount.toString(), reason },
    });
  });
}

/** A wallet in nano-dollars: what is in it, and how far below zero usage may take it. */
export type Wallet = { readonly balance: Nanos; readonly creditLine: Nanos };

/** The wallets of users and teams; one that never held anything has nothing. */
export async function walletsOf(
  { database }: Pick<AccountDeps, 'database'>,
  ownerIds: readonly string[],
): Promise<ReadonlyMap<string, Wallet>> {
  const meters = await meterStatus(
    database,
    ownerIds.map((id) => walletMeter(id)),
  );
  return new Map(
    ownerIds.map((id) => {
      const { remaining = 0n, creditLine = 0n } = meters.get(walletMeter(id)) ?? {};
      return [id, { balance: nanos(remaining), creditLine: nanos(creditLine) }];
    }),
  );
}
