import { directoryRepository, type DirectoryToken, type KnownDirectoryUser } from '../../store/directories.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { requireTeam } from '../teams/teams.ts';
import { listDirectoryGroups, type KnownDirectoryGroup } from './directory-groups.ts';
import type { DirectoryScope } from './directory-users.ts';

/** Everybody whom a directory has named. */
export const listDirectoryUsers = async (
  { database }: Pick<AccountDeps, 'database'>,
  { teamId }: DirectoryScope,
): Promise<readonly KnownDirectoryUser[]> => await directoryRepository.users(database.db, teamId);

/** What a team's directory has said, for its owners. */
export async function readDirectory(
  deps: AccountDeps,
  actor: Actor,
  teamId: string,
): Promise<{
  readonly tokens: readonly DirectoryToken[];
  readonly users: readonly KnownDirectoryUser[];
  readonly groups: readonly KnownDirectoryGroup[];
}> {
  await requireTeam(deps, actor, teamId, 'own');
  const { db } = deps.database;
  return {
    tokens: await directoryRepository.tokens(db, teamId),
    users: await directoryRepository.users(db, teamId),
    groups: await listDirectoryGroups(deps, { teamId }),
  };
}
