import type { PromotionFilter, PromotionInput, PromotionView } from '@tollgate/contract/api/promotions';
import { z } from 'zod';
import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import type { Page, PageAsk } from '../../store/page.ts';
import { promotionRepository, type Promotion } from '../../store/rewards/promotions.ts';
import { nanosToUsd, noGroup, usdToNanos } from '../accounts/people.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { SubscriptionDeps, Transact } from '../subscriptions/deps.ts';
import { giveCredit } from './given-credits.ts';

type PromotionDeps = Pick<SubscriptionDeps, 'database' | 'jobs' | 'snapshot' | 'now' | 'newId'>;

const giveKind = jobKind({
  name: 'promotions.give',
  payload: z.strictObject({ promotionId: z.string() }),
  atOnce: 1,
  deadlineMs: 10 * 60_000,
  maxAttempts: 200,
});

/** Accounts of one transaction, and transactions until other jobs have their turn. */
const batchAccounts = 50;
const batches = 40;
const previewAccounts = 1000;

export const presentPromotion = (one: Promotion): PromotionView => ({
  id: one.id,
  name: one.name,
  amountNanos: one.amount.toString(),
  expiresAt: one.expiresAt,
  filter: one.filter,
  state: one.state,
  given: one.given,
  givenNanos: (one.amount * BigInt(one.given)).toString(),
  createdBy: one.createdBy,
  createdAt: one.createdAt,
  finishedAt: one.finishedAt ?? null,
});

export const listPromotions = async (
  { database }: Pick<PromotionDeps, 'database'>,
  ask: PageAsk,
): Promise<Page<Promotion>> => await promotionRepository.page(database.db, ask);

/** How many members a filter fits now. */
export async function countRecipients(deps: PromotionDeps, filter: PromotionFilter): Promise<number> {
  assertGroups(deps, filter);
  const { db } = deps.database;
  const before = deps.now() + 1;
  let counted = 0;
  for (let after = ''; ;) {
    const members = await promotionRepository.members(db, filter, { after, before, limit: previewAccounts });
    counted += (await withLittle(db, filter, members)).length;
    const last = members.at(-1);
    if (last === undefined || members.length < previewAccounts) return counted;
    after = last;
  }
}

/** Begins to give credit to all members that a filter fits. The same ask again is the same promotion. */
export async function createPromotion(deps: PromotionDeps, actor: string, input: PromotionInput): Promise<Promotion> {
  const { db } = deps.database;
  const known = await promotionRepository.findByClientKey(db, actor, input.idempotencyKey);
  if (known !== undefined) return sameAs(known, input);
  const now = deps.now();
  assertGroups(deps, input.filter);
  if (input.expiresAt <= now) throw new Refusal('invalid_request', 'must lie in the future', { param: 'expiresAt' });
  const one: Promotion = {
    id: `pro_${deps.newId()}`,
    name: input.name,
    clientKey: input.idempotencyKey,
    amount: usdToNanos(input.amountUsd),
    expiresAt: input.expiresAt,
    filter: input.filter,
    state: 'running',
    lastUserId: '',
    given: 0,
    createdBy: actor,
    createdAt: now,
    finishedAt: undefined,
  };
  try {
    await deps.database.transact(async (transaction) => {
      await promotionRepository.insert(transaction, one);
      await deps.jobs.addWithin(transaction, giveKind, { promotionId: one.id });
      await record(transaction, deps, actor, one, 'create');
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const twin = await promotionRepository.findByClientKey(db, actor, input.idempotencyKey);
    if (twin === undefined) throw error;
    return sameAs(twin, input);
  }
  deps.jobs.wake();
  return one;
}

function sameAs(known: Promotion, { name, amountUsd, expiresAt }: PromotionInput): Promotion {
  if (known.name !== name || known.amount !== usdToNanos(amountUsd) || known.expiresAt !== expiresAt)
    throw new Refusal('conflict', 'This idempotency key belongs to another promotion.', { param: 'idempotencyKey' });
  return known;
}

function assertGroups({ snapshot }: PromotionDeps, { groups }: PromotionFilter): void {
  for (const [index, group] of (groups ?? []).entries())
    if (!snapshot().groups.has(group)) throw noGroup(group, `filter.groups.${index}`);
}

/** Gives no more of it. */
export async function stopPromotion(deps: PromotionDeps, actor: string, id: string): Promise<Promotion> {
  return await deps.database.transact(async (db) => {
    const one = await promotionRepository.lock(db, id);
    if (one === undefined) throw new Refusal('not_found', 'There is no such promotion.');
    if (one.state !== 'running') return one;
    const after = { ...one, state: 'stopped', finishedAt: deps.now() } as const;
    await promotionRepository.update(db, id, after);
    await record(db, deps, actor, after, 'stop');
    return after;
  });
}

/**
 * Gives to some more accounts, in one transaction with how far it got; false when nothing is left to be done. What a gift is
 * given for is its promotion and its account, so that nobody has two.
 */
export async function giveSome(deps: PromotionDeps, id: string): Promise<boolean> {
  return await deps.database.transact(async (db) => {
    const one = await promotionRepository.lock(db, id);
    if (one === undefined || one.state !== 'running') return false;
    const isOver = one.expiresAt <= deps.now();
    const ask = { after: one.lastUserId, before: one.createdAt + 1, limit: batchAccounts };
    const members = isOver ? [] : await promotionRepository.members(db, one.filter, ask);
    let { given } = one;
    for (const userId of await withLittle(db, one.filter, members)) {
      const { posted } = await giveCredit(db, deps, {
        userId,
        amount: one.amount,
        kind: 'grant',
        note: one.name,
        key: `promotion:${one.id}:${userId}`,
        actor: one.createdBy,
        expiresAt: one.expiresAt,
        promotionId: one.id,
      });
      if (posted) given += 1;
    }
    const goesOn = members.length === batchAccounts;
    await promotionRepository.update(db, id, {
      state: goesOn ? 'running' : 'done',
      lastUserId: members.at(-1) ?? one.lastUserId,
      given,
      finishedAt: goesOn ? undefined : deps.now(),
    });
    return goesOn;
  });
}

/** Of some members those whose wallet has less than a filter says. */
async function withLittle(
  db: Db,
  { balanceBelowUsd }: PromotionFilter,
  members: readonly string[],
): Promise<readonly string[]> {
  if (balanceBelowUsd === null) return members;
  const below = usdToNanos(balanceBelowUsd);
  const meters = await meterStatus({ db }, members.map(walletMeter));
  return members.filter((userId) => (meters.get(walletMeter(userId))?.remaining ?? 0n) < below);
}

export const promotionJobs = (deps: PromotionDeps): readonly JobHandler[] => [
  jobHandler(giveKind, async ({ promotionId }, { signal }) => {
    for (let batch = 0; batch < batches; batch += 1) {
      signal.throwIfAborted();
      if (!(await giveSome(deps, promotionId))) return undefined;
    }
    return { runAt: deps.now() };
  }),
];

async function record(
  db: Transact,
  deps: PromotionDeps,
  actor: string,
  one: Promotion,
  action: 'create' | 'stop',
): Promise<void> {
  await auditRepository.append(db, {
    at: deps.now(),
    actor,
    action: `promotion.${action}`,
    subject: `promotion:${one.id}`,
    before: null,
    after: { name: one.name, amountUsd: nanosToUsd(one.amount), state: one.state, given: one.given },
  });
}
