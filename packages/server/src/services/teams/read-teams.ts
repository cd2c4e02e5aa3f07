import type { TeamRole, TeamView } from '@tollgate/contract/api/teams';
import { apiKeyRepository, type ApiKey } from '../../store/api-keys.ts';
import { budgetRepository } from '../../store/budgets.ts';
import { allOf } from '../../store/pages.ts';
import { amountsOfKeys } from '../../store/usage-sums.ts';
import { teamRepository, type Team, type TeamInvitation } from '../../store/teams.ts';
import { userRepository } from '../../store/users.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { spendingOf } from '../accounts/api-keys.ts';
import { nanosToUsd } from '../accounts/people.ts';
import { requireTeam } from './teams.ts';

type ReadDeps = Pick<AccountDeps, 'database' | 'now'>;

/** Teams as one of the users sees them: those of theirs, or all when asked for. */
export const listTeams = async (
  deps: ReadDeps,
  userId: string,
  { all }: { readonly all: boolean },
): Promise<readonly TeamSeen[]> =>
  await seen(deps, await teamRepository.list(deps.database.db, all ? undefined : userId), userId);

export type TeamSeen = Team & Pick<TeamView, 'role' | 'members'>;

/** One of them; whoever asks has been let in. */
export async function readTeam(deps: ReadDeps, id: string, userId: string): Promise<TeamSeen> {
  const team = await teamRepository.find(deps.database.db, id);
  const [view] = team === undefined ? [] : await seen(deps, [team], userId);
  if (view === undefined) throw new Error('a team that was just found is gone');
  return view;
}

async function seen({ database }: ReadDeps, teams: readonly Team[], userId: string): Promise<readonly TeamSeen[]> {
  const ids = teams.map(({ id }) => id);
  const members = await teamRepository.members(database.db, ids);
  return teams.map((team) => {
    const own = members.filter(({ teamId }) => teamId === team.id);
    return { ...team, role: own.find((one) => one.userId === userId)?.role ?? null, members: own.length };
  });
}

export type MemberSeen = {
  readonly userId: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: TeamRole;
  readonly keys: number;
  readonly spentNanos: string;
  readonly monthNanos: string;
  readonly limitUsd: string | null;
  readonly joinedAt: number;
};

/** The members of a team, with what their keys of it have spent and may spend. */
export async function listMembers(deps: ReadDeps, actor: Actor, teamId: string): Promise<MemberSeen[]> {
  await requireTeam(deps, actor, teamId, 'see');
  const { db } = deps.database;
  const keys = await apiKeyRepository.ofTeam(db, teamId, undefined);
  const ids = keys.map(({ id }) => id);
  const spent = await spendingOf(deps, ids);
  const month = await spentInMonth(deps, ids);
  const budgets = await budgetRepository.ofTeam(db, teamId);
  const members = await teamRepository.members(db, [teamId]);
  const users = await allOf(
    userRepository.some(
      db,
      members.map(({ userId }) => userId),
    ),
  );
  return members.map(({ userId, role, joinedAt }) => {
    const own = keys.filter((key) => key.userId === userId);
    const sum = own.reduce((total, { id }) => total + (spent.get(id) ?? 0n), 0n);
    const limit = budgets.find((budget) => budget.userId === userId)?.limit;
    const user = users.find(({ id }) => id === userId);
    return {
      userId,
      name: user?.name ?? userId,
      email: user?.email ?? null,
      role,
      keys: own.length,
      spentNanos: sum.toString(),
      monthNanos: own.reduce((total, { id }) => total + (month.get(id) ?? 0n), 0n).toString(),
      limitUsd: limit === undefined ? null : nanosToUsd(limit),
      joinedAt,
    };
  });
}

/** What keys have spent since the month began (UTC), in nano-dollars. */
async function spentInMonth(
  { database, now }: ReadDeps,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const today = new Date(now());
  const from = Date.UTC(today.getUTCFullYear(), today.getUTCMonth());
  return await amountsOfKeys(database.db, keyIds, from);
}

/** The keys that a team pays for: all for whoever manages it, one's own for others. */
export async function listTeamKeys(deps: ReadDeps, actor: Actor, teamId: string): Promise<readonly ApiKey[]> {
  const { role } = await requireTeam(deps, actor, teamId, 'see');
  const own = role === 'member' || role === 'billing' ? actor.userId : undefined;
  return await apiKeyRepository.ofTeam(deps.database.db, teamId, own);
}

export async function listInvitations(
  deps: ReadDeps,
  actor: Actor,
  teamId: string,
): Promise<readonly TeamInvitation[]> {
  await requireTeam(deps, actor, teamId, 'manage');
  return await teamRepository.invitations(deps.database.db, teamId, deps.now());
}
