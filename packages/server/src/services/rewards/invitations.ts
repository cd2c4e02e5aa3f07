import type { InvitationsView } from '@tollgate/contract/api/rewards';
import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { rewardsMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { postCreditIn } from '../../store/ledger/journal.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { invitationRepository, type Invitation } from '../../store/rewards/invitations.ts';
import type { PageAsk } from '../../store/page.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { usdToNanos } from '../accounts/people.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { salesOpen } from '../sales/sale-terms.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { endAfter, giveCredit } from './given-credits.ts';

type InvitationDeps = Pick<AccountDeps, 'database' | 'now' | 'newId' | 'randomBytes' | 'snapshot'>;

/** Whether inviting is rewarded: rewards are a way of selling, and wait for its terms. */
const isOpen = async ({ snapshot }: InvitationDeps, db: Db): Promise<boolean> =>
  snapshot().settings.rewards.invitations && (await salesOpen(db));

/** One's own code, which is made when it is first looked at, and what came of it. */
export async function readInvitations(deps: InvitationDeps, userId: string): Promise<InvitationsView> {
  const { db } = deps.database;
  const { rewards } = deps.snapshot().settings;
  const open = await isOpen(deps, db);
  const { invited, waiting, earned } = await invitationRepository.sums(db, userId);
  const account = rewardsMeter(userId);
  const available = (await meterStatus(deps.database, [account])).get(account)?.remaining ?? 0n;
  return {
    open,
    code: open ? await ownCode(deps, userId) : null,
    inviterCreditUsd: rewards.inviterCreditUsd,
    inviteeCreditUsd: rewards.inviteeCreditUsd,
    afterFirstPayment: rewards.afterFirstPayment,
    invited,
    waiting,
    earnedNanos: earned.toString(),
    availableNanos: available.toString(),
  };
}

async function ownCode(deps: InvitationDeps, userId: string): Promise<string> {
  const { db } = deps.database;
  for (let attempt = 1; ; attempt += 1) {
    const known = await invitationRepository.codeOf(db, userId);
    if (known !== undefined) return known;
    const code = newCode(deps);
    try {
      await invitationRepository.insertCode(db, userId, code, deps.now());
      return code;
    } catch (error) {
      // Made at the same time, or somebody else's by chance.
      if (!isUniqueViolation(error) || attempt >= 5) throw error;
    }
  }
}

/** Crockford's base 32: nothing in it is read as something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;

function newCode({ randomBytes }: Pick<AccountDeps, 'randomBytes'>): string {
  const bytes = new Uint8Array(codeLength);
  randomBytes(bytes);
  return [...bytes].map((byte) => alphabet.charAt(byte % 32)).join('');
}

/**
 * Who invited somebody, by the code they came with; undefined when inviting is not open. A code of nobody is refused, so that it
 * can be corrected.
 */
export async function inviterOf(deps: InvitationDeps, code: string): Promise<string | undefined> {
  const { db } = deps.database;
  if (!(await isOpen(deps, db))) return undefined;
  const inviter = await invitationRepository.userOfCode(db, code.trim().toUpperCase());
  if (inviter === undefined)
    throw new Refusal('invalid_request', 'is nobody’s invitation code', { param: 'invitation' });
  return inviter;
}

/** Writes down, while an account comes to be, who invited its owner and what both are promised. */
export async function noteInvitation(
  db: Transact,
  deps: InvitationDeps,
  inviterId: string,
  inviteeId: string,
): Promise<void> {
  const { rewards } = deps.snapshot().settings;
  const invitation: Invitation = {
    id: inviteeId,
    inviterId,
    state: 'waiting',
    needsPayment: rewards.afterFirstPayment,
    inviterReward: usdToNanos(rewards.inviterCreditUsd),
    inviteeReward: usdToNanos(rewards.inviteeCreditUsd),
    inviterTransaction: undefined,
    inviteeTransaction: undefined,
    createdAt: deps.now(),
    rewardedAt: undefined,
  };
  await invitationRepository.insert(db, invitation);
  if (!invitation.needsPayment) await reward(db, deps, invitation);
}

/** Those whom somebody invited, the newest first; of their names the first letter is shown. */
export async function listInvited({ database }: InvitationDeps, inviterId: string, ask: PageAsk) {
  const { rows, next } = await invitationRepository.page(database.db, inviterId, ask);
  return {
    next,
    rows: rows.map(({ id, name, state, inviterReward, createdAt, rewardedAt }) => ({
      id,
      who: `${/^./u.exec(name)?.[0] ?? ''}***`,
      state,
      rewardNanos: inviterReward.toString(),
      createdAt,
      rewardedAt: rewardedAt ?? null,
    })),
  };
}

/** Rewards both, once: the state goes on in the same transaction. */
async function reward(db: Transact, deps: InvitationDeps, one: Invitation): Promise<void> {
  const at = deps.now();
  const shared = { kind: 'grant', note: 'invitation', actor: 'gateway' } as const;
  const toInviter =
    one.inviterReward === 0n
      ? undefined
      : await postCreditIn(db, deps.database.kind, {
          ...shared,
          transactionId: `tx_${deps.newId()}`,
          account: rewardsMeter(one.inviterId),
          amount: one.inviterReward,
          idempotencyKey: `invitation:${one.id}:inviter`,
          at,
        });
  const expiresAt = endAfter(at, deps.snapshot().settings.rewards.creditDays);
  const toInvitee =
    one.inviteeReward === 0n
      ? undefined
      : await giveCredit(db, deps, {
          ...shared,
          userId: one.id,
          amount: one.inviteeReward,
          key: `invitation:${one.id}:invitee`,
          expiresAt,
        });
  const by = {
    inviterTransaction: toInviter?.transactionId ?? null,
    inviteeTransaction: toInvitee?.transactionId ?? null,
    at,
  };
  if (!(await invitationRepository.reward(db, one.id, by))) throw new Error('an invitation was rewarded meanwhile');
}

/** Rewards those who waited for a payment that has come. Nothing while the terms of selling are not confirmed. */
export async function rewardDue(deps: InvitationDeps, signal?: AbortSignal): Promise<void> {
  const { database } = deps;
  if (!(await salesOpen(database.db))) return;
  for (let after = ''; ;) {
    const ids = await invitationRepository.due(database.db, after, pageRows);
    for (const id of ids) {
      signal?.throwIfAborted();
      await database.transact(async (db) => {
        const one = await invitationRepository.find(db, id);
        if (one?.state === 'waiting') await reward(db, deps, one);
      });
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < pageRows) return;
    after = last;
  }
}

const pageRows = 200;

const rewardKind = jobKind({
  name: 'invitations.reward',
  payload: z.strictObject({}),
  schedule: every(60_000),
  deadlineMs: 5 * 60_000,
});

export const invitationJobs = (deps: InvitationDeps): readonly JobHandler[] => [
  jobHandler(rewardKind, async (_, { signal }) => {
    await rewardDue(deps, signal);
    return undefined;
  }),
];
