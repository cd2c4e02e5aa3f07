import { emailSchema } from '@tollgate/contract/api/people';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { directoryRepository, type DirectoryUser, type KnownDirectoryUser } from '../../store/directories.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { mailboxOf } from '../accounts/address-rules.ts';
import { admitStranger, assertTeamsAdmit, renamePerson } from '../accounts/people.ts';
import { belongsTo, findTeamDomain, mayBeEntered } from '../accounts/single-sign-on.ts';
import { recordWrite } from '../record-write.ts';
import { join } from '../sign-in/team-entry.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { endMembership } from '../teams/teams.ts';

/*
 * The people of a team as its directory keeps them. It has power over accounts whose addresses are of the team's own
 * domains; over administrators of the gateway it has none. Whoever it says is gone is signed out, and so are their programs.
 */

/** Why keys of the team end, in the audit log. */
const because = 'the directory says that they are gone';

/** Which directory speaks, and for whom. */
export type DirectoryScope = { readonly teamId: string; readonly actor: Pick<Actor, 'label'> };

export const directoryScope = (teamId: string): DirectoryScope => ({
  teamId,
  actor: { label: `directory of ${teamId}` },
});

/** Somebody as the directory wants them. */
export type WantedUser = Pick<DirectoryUser, 'userName' | 'externalId' | 'active'> & {
  readonly email: string;
  readonly name: string;
};

/** A new person of the team: a new account, or the one that has the address. */
export async function addDirectoryUser(
  deps: AccountDeps,
  scope: DirectoryScope,
  wanted: WantedUser,
): Promise<KnownDirectoryUser> {
  const { db } = deps.database;
  const email = await ownAddress(db, scope, wanted.email);
  const known = await userRepository.findByEmail(db, email);
  if (known === undefined) assertTeamsAdmit(deps);
  else await assertAdoptable(db, scope, known);
  const at = deps.now();
  const { userName, externalId } = wanted;
  const along = async (transaction: Db, userId: string): Promise<void> => {
    const user = { teamId: scope.teamId, userId, userName, externalId, active: true, createdAt: at, updatedAt: at };
    await directoryRepository.addUser(transaction, user);
    await join(transaction, scope.teamId, userId, at);
  };
  const userId = await unlessTaken(async () => {
    const person = { email, name: wanted.name, ofTeam: true };
    if (known === undefined) return await admitStranger(deps, person, scope.actor.label, along);
    await deps.database.transact(async (transaction) => {
      await along(transaction, known.id);
      // Whoever it has taken out is back.
      if (wanted.active) await switchAccount(transaction, deps, scope, known, true);
      await record(transaction, deps, scope, known.id, { adopted: true });
    });
    return known.id;
  });
  if (!wanted.active) await setActive(deps, scope, await findDirectoryUser(deps, scope, userId), false);
  return await findDirectoryUser(deps, scope, userId);
}

/** Somebody of the team; refuses who is not of it. */
export async function findDirectoryUser(
  { database }: Pick<AccountDeps, 'database'>,
  { teamId }: DirectoryScope,
  id: string,
): Promise<KnownDirectoryUser> {
  const user = await directoryRepository.user(database.db, teamId, id);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  return user;
}

/** Makes somebody what the directory says that they are. */
export async function changeDirectoryUser(
  deps: AccountDeps,
  scope: DirectoryScope,
  id: string,
  wanted: WantedUser,
): Promise<KnownDirectoryUser> {
  const before = await findDirectoryUser(deps, scope, id);
  const { userName, externalId } = wanted;
  const email = wanted.email.toLowerCase();
  await unlessTaken(async () => {
    await deps.database.transact(async (db) => {
      const managed = await managedBy(db, scope, id);
      if (managed !== undefined && email !== managed.email) {
        await ownAddress(db, scope, email);
        await userRepository.setEmail(db, id, { email, key: mailboxOf(email), at: deps.now() });
        await record(db, deps, scope, id, { changed: true });
      }
      await directoryRepository.updateUser(db, { ...before, userName, externalId, updatedAt: deps.now() });
    });
  });
  if (wanted.name !== before.name && (await managedBy(deps.database.db, scope, id)) !== undefined)
    await renamePerson(deps, id, wanted.name);
  if (wanted.active !== before.active) await setActive(deps, scope, { ...before, userName, externalId }, wanted.active);
  return await findDirectoryUser(deps, scope, id);
}

/** Takes somebody out of the team and its directory. Their account stays, disabled: money and records are not the directory's. */
export async function removeDirectoryUser(deps: AccountDeps, scope: DirectoryScope, id: string): Promise<void> {
  const before = await findDirectoryUser(deps, scope, id);
  if (before.active) await setActive(deps, scope, before, false);
  await deps.database.transact(async (db) => {
    await directoryRepository.removeUser(db, scope.teamId, id);
    const member = await teamRepository.member(db, scope.teamId, id);
    if (member !== undefined && member.role !== 'owner') await endMembership(db, deps, scope.actor, member, because);
  });
}

/**
 * Says that somebody is gone, or is back. Who is gone is signed out everywhere, and their keys and tokens stop; who is of no
 * domain of the team any more only leaves it.
 */
async function setActive(
  deps: AccountDeps,
  scope: DirectoryScope,
  user: DirectoryUser,
  active: boolean,
): Promise<void> {
  const { teamId } = scope;
  const { userId } = user;
  await deps.database.transact(async (db) => {
    const member = await teamRepository.member(db, teamId, userId);
    if (!active && member?.role === 'owner')
      throw new Refusal('conflict', 'An owner of the team is not its directory’s to stop: have another owner do it.');
    await directoryRepository.updateUser(db, { ...user, active, updatedAt: deps.now() });
    if (active) await join(db, teamId, userId, deps.now());
    const managed = await managedBy(db, scope, userId);
    if (managed === undefined) {
      if (!active && member !== undefined) await endMembership(db, deps, scope.actor, member, because);
      return;
    }
    await switchAccount(db, deps, scope, managed, active);
  });
}

/** Disables an account, or enables one that this directory has disabled: what others have disabled is not its to enable. */
async function switchAccount(
  db: Transact,
  deps: Pick<AccountDeps, 'now'>,
  scope: DirectoryScope,
  user: User,
  enabled: boolean,
): Promise<void> {
  if (user.enabled === enabled) return;
  if (enabled && (await userRepository.stoppedBy(db, user.id)) !== scope.teamId)
    throw new Refusal('conflict', 'This account was disabled on the gateway. Its administrators can enable it.');
  await userRepository.update(db, user.id, { enabled, stoppedBy: enabled ? undefined : scope.teamId }, deps.now());
  if (!enabled) await userRepository.deleteSessions(db, user.id);
  await record(db, deps, scope, user.id, { enabled });
}

/** The account, if it is the directory's to change: its address is of the team's, and it administers nothing. */
async function managedBy(db: Db, { teamId }: DirectoryScope, userId: string): Promise<User | undefined> {
  const user = await userRepository.find(db, userId);
  if (user === undefined || user.email === null || !mayBeEntered(user, { administrators: false })) return undefined;
  return (await findTeamDomain(db, user.email))?.teamId === teamId ? user : undefined;
}

/** An address under a domain that the team has shown to be its own, in lower case; refuses others. */
async function ownAddress(db: Db, { teamId }: DirectoryScope, address: string): Promise<string> {
  const email = emailSchema.safeParse(address).data;
  if (email === undefined) throw new Refusal('invalid_request', 'A user needs an e-mail address.', { param: 'emails' });
  if ((await findTeamDomain(db, email))?.teamId !== teamId)
    throw new Refusal('invalid_request', 'The address is under no domain that the team has verified.', {
      param: 'emails',
    });
  return email.toLowerCase();
}

async function assertAdoptable(db: Db, { teamId }: DirectoryScope, user: User): Promise<void> {
  if (!mayBeEntered(user, { administrators: false }))
    throw new Refusal('conflict', 'This address is an administrator’s of the gateway, whom no directory manages.');
  if (!(await belongsTo(db, user, teamId)))
    throw new Refusal(
      'conflict',
      'There is an account with this address, and nobody has shown that the address is theirs. Have them confirm it, or invite them to the team.',
    );
}

async function unlessTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'There is somebody of this name or address already.');
  }
}

async function record(
  db: Transact,
  deps: Pick<AccountDeps, 'now'>,
  { actor, teamId }: DirectoryScope,
  userId: string,
  after: Readonly<Record<string, boolean>>,
): Promise<void> {
  const write = { at: deps.now(), actor: actor.label, kind: 'user', action: 'byDirectory', ref: userId };
  await recordWrite(db, { ...write, before: null, after: { teamId, ...after } });
}
