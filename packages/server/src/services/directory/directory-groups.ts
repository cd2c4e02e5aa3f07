import { teamRoles, type TeamRole } from '@tollgate/contract/api/teams';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { directoryRepository, type DirectoryGroup } from '../../store/directories.ts';
import { teamRepository } from '../../store/teams.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { recordTeam, requireTeam } from '../teams/teams.ts';
import type { DirectoryScope } from './directory-users.ts';

/*
 * Groups of a team's directory. An owner says which role in the team a group gives; whoever is in several has the most powerful
 * one. Owners are made by owners alone: no group gives that role, and none takes it.
 */

export type WantedGroup = Pick<DirectoryGroup, 'name' | 'externalId'> & { readonly userIds: ReadonlySet<string> };
export type KnownDirectoryGroup = DirectoryGroup & { readonly userIds: readonly string[] };

export async function listDirectoryGroups(
  { database: { db } }: Pick<AccountDeps, 'database'>,
  { teamId }: Pick<DirectoryScope, 'teamId'>,
): Promise<readonly KnownDirectoryGroup[]> {
  const members = await directoryRepository.members(db, teamId);
  return (await directoryRepository.groups(db, teamId)).map((group) => ({
    ...group,
    userIds: members.filter(({ groupId }) => groupId === group.id).map(({ userId }) => userId),
  }));
}

export async function findDirectoryGroup(
  deps: Pick<AccountDeps, 'database'>,
  scope: Pick<DirectoryScope, 'teamId'>,
  id: string,
): Promise<KnownDirectoryGroup> {
  const group = (await listDirectoryGroups(deps, scope)).find((one) => one.id === id);
  if (group === undefined) throw noGroup();
  return group;
}

/** Makes a group, or what is there into what the directory says. */
export async function writeDirectoryGroup(
  deps: AccountDeps,
  scope: DirectoryScope,
  id: string | undefined,
  { name, externalId, userIds }: WantedGroup,
): Promise<KnownDirectoryGroup> {
  const { teamId, actor } = scope;
  const at = deps.now();
  const before = id === undefined ? undefined : await findDirectoryGroup(deps, scope, id);
  const group: DirectoryGroup = {
    id: before?.id ?? `dgr_${deps.newId()}`,
    teamId,
    name,
    externalId,
    role: before?.role ?? null,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  };
  try {
    await deps.database.transact(async (db) => {
      await teamRepository.hold(db, teamId, at);
      const known = new Set((await directoryRepository.users(db, teamId)).map(({ userId }) => userId));
      for (const userId of userIds)
        if (!known.has(userId))
          throw new Refusal('invalid_request', 'A member is nobody of this directory.', { param: 'members' });
      if (before === undefined) await directoryRepository.addGroup(db, group);
      else await directoryRepository.updateGroup(db, group);
      await directoryRepository.setMembers(db, group.id, userIds);
      await applyRoles(db, deps, scope, new Set([...userIds, ...(before?.userIds ?? [])]));
      const said = { group: name, members: String(userIds.size) };
      await recordTeam(db, deps, actor, teamId, 'directoryGroup', null, said);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'There is a group of this name already.');
  }
  return { ...group, userIds: [...userIds] };
}

export async function removeDirectoryGroup(deps: AccountDeps, scope: DirectoryScope, id: string): Promise<void> {
  const group = await findDirectoryGroup(deps, scope, id);
  await deps.database.transact(async (db) => {
    await teamRepository.hold(db, scope.teamId, deps.now());
    await directoryRepository.removeGroup(db, id);
    await applyRoles(db, deps, scope, new Set(group.userIds), group.role !== null);
    await recordTeam(db, deps, scope.actor, scope.teamId, 'removeDirectoryGroup', { group: group.name }, null);
  });
}

/** Says which role in the team a group gives; null for none. */
export async function setGroupRole(
  deps: AccountDeps,
  actor: Actor,
  ask: { readonly teamId: string; readonly id: string; readonly role: TeamRole | null },
): Promise<KnownDirectoryGroup> {
  const { teamId, id, role } = ask;
  await requireTeam(deps, actor, teamId, 'own');
  const group = await findDirectoryGroup(deps, { teamId }, id);
  await deps.database.transact(async (db) => {
    await teamRepository.hold(db, teamId, deps.now());
    await directoryRepository.updateGroup(db, { ...group, role, updatedAt: deps.now() });
    await applyRoles(db, deps, { teamId, actor }, new Set(group.userIds), group.role !== null);
    const said = { group: group.name, role };
    await recordTeam(db, deps, actor, teamId, 'directoryGroupRole', { group: group.name, role: group.role }, said);
  });
  return { ...group, role };
}

/** Gives people the roles of their groups. Without a group that gives one, and where none was just taken, roles stay. */
async function applyRoles(
  db: Db,
  deps: AccountDeps,
  { teamId, actor }: DirectoryScope,
  userIds: ReadonlySet<string>,
  taken = false,
): Promise<void> {
  const giving = (await directoryRepository.groups(db, teamId)).filter(({ role }) => role !== null);
  if (giving.length === 0 && !taken) return;
  const members = await directoryRepository.members(db, teamId);
  for (const userId of userIds) {
    const member = await teamRepository.member(db, teamId, userId);
    const own = giving.filter(({ id }) => members.some((one) => one.groupId === id && one.userId === userId));
    const role = teamRoles.find((one) => one !== 'owner' && own.some((group) => group.role === one)) ?? 'member';
    if (member === undefined || member.role === 'owner' || member.role === role) continue;
    await teamRepository.setRole(db, teamId, userId, role);
    await recordTeam(db, deps, actor, teamId, 'changeMember', { userId, role: member.role }, { userId, role });
  }
}

const noGroup = (): Refusal => new Refusal('not_found', 'There is no such group.');
