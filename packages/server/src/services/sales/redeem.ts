import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { namesOfUsers } from '../../store/names.ts';
import type { Page } from '../../store/page.ts';
import { codeRepository, type CodeBatch, type StoredCode } from '../../store/sales/codes.ts';
import { redemptionRepository, type ListedRedemption } from '../../store/sales/redemptions.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { hashCode } from './code-batches.ts';
import { assertSalesOpen } from './sale-terms.ts';

/** Within so long somebody may try so many wrong codes, and all who come from one address so many. */
const stretchMs = 15 * 60_000;
const perPerson = 10;
const perAddress = 50;

export type RedeemAsk = {
  readonly user: { readonly id: string; readonly group: string };
  /** As it was typed. */
  readonly code: string;
  /** Where the client is. */
  readonly address: string;
};

/** Named points at which a test stops the process. */
export type RedeemStep = 'redeem:after-use' | 'redeem:after-credit' | 'redeem:before-commit';

/**
 * Credits a code to its redeemer's wallet: the use of the code and the journal transaction are one transaction of the
 * database. Returns what was credited, in nano-dollars. Each try is counted before the code is looked at.
 */
export async function redeemCode(
  deps: Pick<AccountDeps, 'database' | 'now' | 'newId'>,
  ask: RedeemAsk,
  fault: (step: RedeemStep) => void = () => undefined,
): Promise<bigint> {
  const { database } = deps;
  const now = deps.now();
  await assertSalesOpen(database.db);
  const subjects = await countTries(deps, ask, now);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transact(async (db) => {
        const { batch, code } = await findUsable(db, ask, now);
        const amount = await take(db, deps, { ask, batch, code, now }, fault);
        for (const subject of subjects) await codeRepository.forgiveTry(db, subject, stretchOf(now));
        fault('redeem:before-commit');
        return amount;
      });
    } catch (error) {
      // Another redemption of the same user or code took the number first: look again what is left.
      if (!isUniqueViolation(error) || attempt >= 5) throw error;
    }
  }
}

const stretchOf = (now: number): number => Math.floor(now / stretchMs);

async function countTries(
  { database }: Pick<AccountDeps, 'database'>,
  ask: RedeemAsk,
  now: number,
): Promise<readonly string[]> {
  // One subscriber usually has a whole /64 of IPv6.
  const place = ask.address.includes(':') ? ask.address.split(':').slice(0, 4).join(':') : ask.address;
  const limits = [
    [`person:${ask.user.id}`, perPerson],
    [`address:${place}`.slice(0, 80), perAddress],
  ] as const;
  for (const [subject, limit] of limits)
    if ((await codeRepository.countTry(database.db, subject, stretchOf(now))) > limit)
      throw new Refusal('too_many_attempts', 'Too many codes were tried. Try again later.', {
        retryAfterMs: (stretchOf(now) + 1) * stretchMs - now,
      });
  return limits.map(([subject]) => subject);
}

/** The code with its batch, if this user may redeem it now. Who has a code's text may know what is wrong with it. */
async function findUsable(
  db: Db,
  { user, code: typed }: RedeemAsk,
  now: number,
): Promise<{ readonly batch: CodeBatch; readonly code: StoredCode }> {
  const code = await codeRepository.findCode(db, { hash: hashCode(typed) });
  const batch = code && (await codeRepository.findBatch(db, code.batchId));
  if (code === undefined || batch === undefined) throw refused('invalid_request', 'There is no such code.');
  if (!batch.enabled || !code.enabled) throw refused('conflict', 'This code was stopped.');
  if (batch.expiresAt !== null && batch.expiresAt <= now) throw refused('conflict', 'This code has expired.');
  if (batch.group !== null && batch.group !== user.group)
    throw refused('forbidden', 'This code is for another group of users.');
  return { batch, code };
}

async function take(
  db: Parameters<Parameters<AccountDeps['database']['transact']>[0]>[0],
  deps: Pick<AccountDeps, 'database' | 'newId'>,
  one: { readonly ask: RedeemAsk; readonly batch: CodeBatch; readonly code: StoredCode; readonly now: number },
  fault: (step: RedeemStep) => void,
): Promise<bigint> {
  const { batch, code, now } = one;
  const { user } = one.ask;
  const useNumber = await codeRepository.use(db, code.id, batch.usesPerCode);
  if (useNumber === undefined) {
    const mine = await redemptionRepository.whenBy(db, code.id, user.id);
    throw refused('conflict', mine === undefined ? 'This code has been used.' : 'You have redeemed this code already.');
  }
  fault('redeem:after-use');
  const personNumber = (await redemptionRepository.lastOf(db, batch.id, user.id)) + 1;
  if (personNumber > batch.usesPerPerson)
    throw refused('conflict', 'You have redeemed as many codes of this kind as one may.');
  const account = walletMeter(user.id);
  const { transactionId } = await postCreditIn(db, deps.database.kind, {
    transactionId: `tx_${deps.newId()}`,
    account,
    amount: batch.amount,
    kind: 'redemption',
    note: batch.name,
    idempotencyKey: `redemption:${code.id}:${useNumber}`,
    actor: `user:${user.id}`,
    at: now,
  });
  fault('redeem:after-credit');
  await redemptionRepository.insert(db, {
    id: `rd_${deps.newId()}`,
    batchId: batch.id,
    codeId: code.id,
    userId: user.id,
    useNumber,
    personNumber,
    account,
    transactionId,
    amount: batch.amount,
    createdAt: now,
  });
  await changeRepository.append(db, 'wallet', user.id, now);
  return batch.amount;
}

const refused = (code: 'invalid_request' | 'conflict' | 'forbidden', message: string): Refusal =>
  new Refusal(code, message, { param: 'code' });

/** Who redeemed which codes, latest first. */
/** A redemption, and what its redeemer is called; null for who is gone. */
type NamedRedemption = ListedRedemption & { readonly userName: string | null };

export async function listRedemptions(
  { database }: Pick<AccountDeps, 'database'>,
  ask: Parameters<typeof redemptionRepository.page>[1],
): Promise<Page<NamedRedemption>> {
  const { rows, ...page } = await redemptionRepository.page(database.db, ask);
  const users = await namesOfUsers(database.db, new Set(rows.map(({ userId }) => userId)));
  const names = new Map(users.map(({ id, name }) => [id, name]));
  return { ...page, rows: rows.map((row) => ({ ...row, userName: names.get(row.userId) ?? null })) };
}
