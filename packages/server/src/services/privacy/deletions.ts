import type { DeletionState } from '@tollgate/contract/api/privacy';
import { Refusal } from '../../domain/refusal.ts';
import { accountDeletionRepository, type AccountDeletion } from '../../store/account-deletions.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { userRepository, type User } from '../../store/users.ts';
import { mayManage, type AccountDeps, type Actor } from '../accounts/account-deps.ts';
import { addLetter, type LetterDeps } from '../accounts/account-letters.ts';
import { balancesOf } from '../accounts/people.ts';
import { recordWrite } from '../record-write.ts';
import { teamsOwnedAlone } from '../teams/teams.ts';
import { eraseKind } from './erase-kind.ts';

/*
 * The end of an account: asked for by the person or by an administrator, taken back for a while, then done by a job. What the person asks for changes
 * nothing before it is due; what an administrator asks for disables the account at once.
 */

type DeletionDeps = LetterDeps;

const dayMs = 86_400_000;
/** A cent in nano-dollars: what the last request may have cost more than there was holds nobody back. */
const smallDebt = 10_000_000n;

type Hindrance = NonNullable<DeletionState['hindrance']>;

/** What stands against erasing somebody; undefined for nothing. */
async function hindranceOf(accounts: AccountDeps, user: User, own: boolean): Promise<Hindrance | undefined> {
  if (user.role === 'root')
    return { kind: 'root', message: 'A root is not erased. Another root takes that role away first.' };
  const alone = await teamsOwnedAlone(accounts.database.db, user.id);
  if (alone.length > 0) {
    const names = alone.map(({ name }) => `“${name}”`).join(', ');
    return { kind: 'team_owner', message: `The only owner of ${names}: make somebody else owner, or delete the team.` };
  }
  if (own && (await balanceOf(accounts, user.id)) < -smallDebt)
    return { kind: 'owes', message: 'The wallet is below zero. Pay what is owed first.' };
  return undefined;
}

const balanceOf = async (accounts: AccountDeps, userId: string): Promise<bigint> =>
  (await balancesOf(accounts, [userId])).get(userId) ?? 0n;

/** How it stands with the end of somebody's account. */
export async function deletionState(
  { accounts }: Pick<DeletionDeps, 'accounts'>,
  user: User,
  own: boolean,
): Promise<DeletionState> {
  const { db } = accounts.database;
  const deletion = await accountDeletionRepository.find(db, user.id);
  const running = deletion?.erasedAt ? [] : await subscriptionRepository.running(db, user.id);
  return {
    deletion: deletion === undefined ? null : present(deletion),
    graceDays: accounts.snapshot().settings.accounts.deletionGraceDays,
    hindrance: deletion === undefined ? ((await hindranceOf(accounts, user, own)) ?? null) : null,
    balanceNanos: (await balanceOf(accounts, user.id)).toString(),
    subscriptions: running.length,
  };
}

const labelOf = (userId: string): string => `user:${userId}`;

const present = ({ userId, askedBy, askedAt, dueAt, reason, waitsFor, erasedAt }: AccountDeletion) => ({
  askedAt,
  dueAt,
  own: askedBy === labelOf(userId),
  reason,
  waitsFor,
  erasedAt,
});

/** Has one's own account erased; it goes on as it was until then. */
export const requestOwnDeletion = async (deps: DeletionDeps, actor: Actor, user: User): Promise<DeletionState> =>
  await request(deps, actor, user, '');

/** Has somebody's account erased, for an administrator; it is disabled at once. */
export async function requestDeletionOf(
  deps: DeletionDeps,
  actor: Actor,
  userId: string,
  reason: string,
): Promise<DeletionState> {
  const user = await mustManage(deps.accounts, actor, userId);
  if (actor.userId === userId) throw new Refusal('forbidden', 'Have your own account erased on the account page.');
  return await request(deps, actor, user, reason);
}

async function request(deps: DeletionDeps, actor: Actor, user: User, reason: string): Promise<DeletionState> {
  const { accounts, jobs } = deps;
  const { database, now, snapshot } = accounts;
  const own = actor.userId === user.id;
  const hindrance = await hindranceOf(accounts, user, own);
  if (hindrance !== undefined) throw new Refusal('conflict', hindrance.message);
  const askedAt = now();
  const dueAt = askedAt + snapshot().settings.accounts.deletionGraceDays * dayMs;
  const disabled = !own && user.enabled;
  try {
    await database.transact(async (db) => {
      const one = { userId: user.id, askedBy: actor.label, reason, disabled, askedAt, dueAt };
      await accountDeletionRepository.insert(db, one);
      if (!own) {
        // Also of who is disabled: no directory enables them meanwhile.
        await userRepository.update(db, user.id, { enabled: false }, askedAt);
        await userRepository.deleteSessions(db, user.id);
      }
      await record(db, accounts, actor, user.id, 'requestDeletion', { dueAt, reason });
      await jobs.addWithin(db, eraseKind, { userId: user.id, dueAt }, { runAt: dueAt });
      await addLetter(deps, db, { letter: 'deletion', ref: user.id });
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('conflict', 'This account is to be erased already, or was.');
    throw error;
  }
  jobs.wake();
  return await deletionState(deps, (await userRepository.find(database.db, user.id)) ?? user, own);
}

/** Keeps one's own account after all. What an administrator asked for, an administrator takes back. */
export async function undoOwnDeletion(deps: Pick<DeletionDeps, 'accounts'>, actor: Actor, user: User): Promise<void> {
  const found = await accountDeletionRepository.find(deps.accounts.database.db, user.id);
  if (found !== undefined && found.askedBy !== labelOf(user.id))
    throw new Refusal('forbidden', 'An administrator asked for this.');
  await undo(deps.accounts, actor, user.id, found);
}

/** Keeps somebody's account after all, for an administrator; it is enabled where it was disabled for this. */
export async function undoDeletionOf(
  { accounts }: Pick<DeletionDeps, 'accounts'>,
  actor: Actor,
  userId: string,
): Promise<void> {
  await mustManage(accounts, actor, userId);
  await undo(accounts, actor, userId, await accountDeletionRepository.find(accounts.database.db, userId));
}

async function undo(
  accounts: AccountDeps,
  actor: Actor,
  userId: string,
  found: AccountDeletion | undefined,
): Promise<void> {
  await accounts.database.transact(async (db) => {
    if (!(await accountDeletionRepository.remove(db, userId)))
      throw new Refusal('not_found', 'This account is not to be erased, or was already.');
    if (found?.disabled === true) await userRepository.update(db, userId, { enabled: true }, accounts.now());
    await record(db, accounts, actor, userId, 'undoDeletion', null);
  });
}

async function mustManage(accounts: AccountDeps, actor: Actor, userId: string): Promise<User> {
  const user = await userRepository.find(accounts.database.db, userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user)) throw new Refusal('forbidden', 'Only root may have administrators erased.');
  return user;
}

const record = async (
  db: Db,
  { now }: Pick<AccountDeps, 'now'>,
  actor: Actor,
  userId: string,
  action: string,
  after: { readonly dueAt: number; readonly reason: string } | null,
): Promise<void> => {
  await recordWrite(db, { at: now(), actor: actor.label, kind: 'user', action, ref: userId, before: null, after });
};
