import type { TeamMemberPatch, TeamRole } from '@tollgate/contract/api/teams';
import { reachesAny, type Permission } from '@tollgate/contract/permissions';
import { Refusal } from '../../domain/refusal.ts';
import { accountDeletionRepository } from '../../store/account-deletions.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { ensureWallet } from '../../store/ledger/meters.ts';
import { teamRepository, type Team, type TeamInvitation, type TeamMember } from '../../store/teams.ts';
import type { User } from '../../store/users.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { addLetter } from '../accounts/account-letters.ts';
import { randomText } from '../accounts/flows.ts';
import { hashSecret } from '../accounts/secret-text.ts';
import { mayWriteTo, type SignUpDeps } from '../accounts/sign-up.ts';
import { recordWrite } from '../record-write.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { setMemberLimit } from './member-limits.ts';

/*
 * Teams: people who share keys and a wallet. Whoever asks for a team comes through `requireTeam`, which is the one place
 * that says who sees and does what in it. To all others it does not exist.
 */

type TeamDeps = Pick<AccountDeps, 'database' | 'now' | 'newId' | 'randomBytes'>;

const invitationLifeMs = 7 * 24 * 60 * 60_000;
const mostTeams = 50;

/** What a member does in a team. */
export type TeamDeed = 'see' | 'pay' | 'manage' | 'own';

const mayDo: Readonly<Record<TeamDeed, ReadonlySet<TeamRole>>> = {
  see: new Set<TeamRole>(['owner', 'admin', 'billing', 'member']),
  pay: new Set<TeamRole>(['owner', 'admin', 'billing']),
  manage: new Set<TeamRole>(['owner', 'admin']),
  own: new Set<TeamRole>(['owner']),
};

/** Who does the same in everybody's teams. What an owner does lets people in, which is root's besides. */
const administratesBy: Readonly<Record<TeamDeed, Permission>> = {
  see: 'teams:read',
  pay: 'teams:write',
  manage: 'teams:write',
  own: 'signIn:write',
};

export type TeamAccess = {
  readonly team: Team;
  /** Undefined for an administrator who is no member. */
  readonly role: TeamRole | undefined;
};

/** The team, for somebody who may do this in it: a member whose role says so, or who reaches everybody's teams. */
export async function requireTeam(
  { database: { db } }: Pick<AccountDeps, 'database'>,
  actor: Actor,
  id: string,
  deed: TeamDeed,
): Promise<TeamAccess> {
  const team = await teamRepository.find(db, id);
  const member = actor.userId === undefined ? undefined : await teamRepository.member(db, id, actor.userId);
  const administers = reachesAny(administratesBy[deed], actor);
  if (team === undefined || (member === undefined && !reachesAny('teams:read', actor)))
    throw new Refusal('not_found', 'There is no such team.');
  if (!administers && (member === undefined || !mayDo[deed].has(member.role)))
    throw new Refusal('forbidden', 'Your role in this team does not allow this.');
  return { team, role: member?.role };
}

/** Creates a team with its wallet; whoever does it owns it. */
export async function createTeam(deps: TeamDeps, actor: Actor, owner: User, name: string): Promise<Team> {
  const { database } = deps;
  if ((await teamRepository.list(database.db, owner.id)).length >= mostTeams)
    throw new Refusal('conflict', `Nobody is in more than ${mostTeams} teams.`);
  const at = deps.now();
  const team: Team = { id: `team_${deps.newId()}`, name, createdAt: at, updatedAt: at };
  await database.transact(async (db) => {
    await teamRepository.insert(db, team);
    await teamRepository.addMember(db, { teamId: team.id, userId: owner.id, role: 'owner', joinedAt: at });
    await ensureWallet(db, database.kind, team.id);
    await recordTeam(db, deps, actor, team.id, 'create', null, { name });
  });
  return team;
}

export async function renameTeam(deps: TeamDeps, actor: Actor, id: string, name: string): Promise<void> {
  const { team } = await requireTeam(deps, actor, id, 'manage');
  await deps.database.transact(async (db) => {
    await teamRepository.rename(db, id, name, deps.now());
    await recordTeam(db, deps, actor, id, 'update', { name: team.name }, { name });
  });
}

/** Changes a member's role or monthly limit. Only owners make owners, and act on them. */
export async function changeMember(
  deps: TeamDeps,
  actor: Actor,
  id: string,
  userId: string,
  patch: TeamMemberPatch,
): Promise<void> {
  const { role } = await requireTeam(deps, actor, id, 'manage');
  await deps.database.transact(async (db) => {
    await teamRepository.hold(db, id, deps.now());
    const member = await mustFindMember(db, id, userId);
    if (patch.role !== undefined && patch.role !== member.role) {
      refuseAboveOwn(actor, role, member.role);
      refuseAboveOwn(actor, role, patch.role);
      if (member.role === 'owner') await keepOwner(db, id, userId);
      await teamRepository.setRole(db, id, userId, patch.role);
    }
    if (patch.limitUsd !== undefined) await setMemberLimit(db, deps, { teamId: id, userId, limitUsd: patch.limitUsd });
    await recordTeam(db, deps, actor, id, 'changeMember', { userId, role: member.role }, { userId, ...patch });
  });
}

/** Removes a member, or lets somebody leave. Their keys of the team end in the same moment; an owner stays. */
export async function removeMember(deps: TeamDeps, actor: Actor, id: string, userId: string): Promise<void> {
  const leaves = actor.userId === userId;
  const { role } = await requireTeam(deps, actor, id, leaves ? 'see' : 'manage');
  await deps.database.transact(async (db) => {
    await teamRepository.hold(db, id, deps.now());
    const member = await mustFindMember(db, id, userId);
    if (!leaves) refuseAboveOwn(actor, role, member.role);
    if (member.role === 'owner') await keepOwner(db, id, userId);
    await endMembership(db, deps, actor, member, 'left the team');
  });
}

/** Takes a member out of a team; their keys of it end. */
export async function endMembership(
  db: Transact,
  deps: TeamDeps,
  actor: Pick<Actor, 'label'>,
  { teamId, userId, role }: TeamMember,
  because: string,
): Promise<void> {
  const at = deps.now();
  await teamRepository.removeMember(db, teamId, userId);
  await setMemberLimit(db, deps, { teamId, userId, limitUsd: null });
  for (const key of await apiKeyRepository.ofTeam(db, teamId, userId)) {
    await apiKeyRepository.revoke(db, key.id, at);
    const write = { at, actor: actor.label, kind: 'key', action: 'revoke', ref: key.id };
    await recordWrite(db, { ...write, before: null, after: { because } });
  }
  await recordTeam(db, deps, actor, teamId, 'removeMember', { userId, role }, null);
}

/** How many invitations one person has mailed in a day: more of them would be a way to flood mailboxes. */
const mailedADay = 50;

/**
 * An invitation that works once, within a week. With an address its link is mailed there, and known to nobody else; without one its token is
 * told now and never again.
 */
export async function invite(
  mail: Omit<SignUpDeps, 'captcha'>,
  actor: Actor,
  id: string,
  ask: { readonly role: TeamRole; readonly note: string; readonly email?: string | undefined },
): Promise<{ readonly invitation: TeamInvitation; readonly token: string | null }> {
  const { accounts: deps } = mail;
  const { role } = await requireTeam(deps, actor, id, 'manage');
  refuseAboveOwn(actor, role, ask.role);
  const { email = null } = ask;
  if (email !== null) await assertMayInvite(mail, actor, email);
  const token = randomText(deps);
  const at = deps.now();
  const invitation: TeamInvitation = {
    role: ask.role,
    note: ask.note,
    email,
    id: `inv_${deps.newId()}`,
    teamId: id,
    createdBy: actor.userId ?? actor.label,
    createdAt: at,
    expiresAt: at + invitationLifeMs,
  };
  await deps.database.transact(async (db) => {
    await teamRepository.addInvitation(db, invitation, hashSecret(token));
    await recordTeam(db, deps, actor, id, 'invite', null, {
      invitation: invitation.id,
      role: ask.role,
      note: ask.note,
    });
    if (email !== null) await addLetter(mail, db, { letter: 'teamInvitation', ref: invitation.id });
  });
  mail.jobs.wake();
  return { invitation, token: email === null ? token : null };
}

async function assertMayInvite(mail: Omit<SignUpDeps, 'captcha'>, actor: Actor, email: string): Promise<void> {
  if (!mail.mayMail())
    throw new Refusal('conflict', 'This gateway sends no mail. Leave the address out, and hand the link over.', {
      param: 'email',
    });
  const most = { most: mailedADay, ms: 24 * 60 * 60_000 };
  if ((await mail.attempts.spend(`invitations of ${actor.label}`, most)) && (await mayWriteTo(mail, email))) return;
  throw new Refusal('rate_limit_exceeded', 'So many invitations were mailed that this one has to wait.', {
    param: 'email',
  });
}

export async function revokeInvitation(deps: TeamDeps, actor: Actor, id: string, invitationId: string): Promise<void> {
  await requireTeam(deps, actor, id, 'manage');
  await deps.database.transact(async (db) => {
    if (!(await teamRepository.removeInvitation(db, id, invitationId)))
      throw new Refusal('not_found', 'There is no such invitation.');
    await recordTeam(db, deps, actor, id, 'revokeInvitation', { invitation: invitationId }, null);
  });
}

/** Takes an invitation: of two at once one gets in by it. */
export async function joinTeam(deps: TeamDeps, actor: Actor, user: User, token: string): Promise<string> {
  const { database } = deps;
  const invitation = await teamRepository.findInvitation(database.db, hashSecret(token));
  const at = deps.now();
  if (invitation === undefined || invitation.expiresAt <= at) throw spent();
  const { teamId, role, id } = invitation;
  try {
    await database.transact(async (db) => {
      await teamRepository.addMember(db, { teamId, userId: user.id, role, joinedAt: at });
      if (!(await teamRepository.removeInvitation(db, teamId, id))) throw spent();
      await recordTeam(db, deps, actor, teamId, 'join', null, { userId: user.id, role, invitation: id });
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('conflict', 'You are in this team already.');
    throw error;
  }
  return teamId;
}

const spent = (): Refusal =>
  new Refusal('not_found', 'This invitation was used, was revoked, or is too old. Ask for another one.');

async function mustFindMember(db: Db, teamId: string, userId: string) {
  const member = await teamRepository.member(db, teamId, userId);
  if (member === undefined) throw new Refusal('not_found', 'There is no such member.');
  return member;
}

/** Owners are made, changed and removed by owners, and by who reaches everybody's teams. */
function refuseAboveOwn(actor: Actor, own: TeamRole | undefined, other: TeamRole): void {
  if (other === 'owner' && own !== 'owner' && !reachesAny('teams:write', actor))
    throw new Refusal('forbidden', 'Only an owner acts on owners.', { param: 'role' });
}

async function keepOwner(db: Db, teamId: string, userId: string): Promise<void> {
  if ((await otherOwners(db, [teamId], userId)).length === 0)
    throw new Refusal('conflict', 'One owner must remain: make somebody else owner first.');
}

/** The owners of teams beside somebody; who is to be erased counts for none. */
async function otherOwners(db: Db, teamIds: readonly string[], userId: string): Promise<readonly TeamMember[]> {
  const owners = (await teamRepository.members(db, teamIds)).filter(
    (one) => one.role === 'owner' && one.userId !== userId,
  );
  const leaving = await accountDeletionRepository.pending(
    db,
    owners.map((one) => one.userId),
  );
  return owners.filter((one) => !leaving.has(one.userId));
}

/** The teams that would have no owner without somebody. */
export async function teamsOwnedAlone(db: Db, userId: string): Promise<readonly Team[]> {
  const teams = await teamRepository.list(db, userId);
  const ids = teams.map(({ id }) => id);
  const owned = new Set(
    (await teamRepository.members(db, ids))
      .filter((one) => one.userId === userId && one.role === 'owner')
      .map(({ teamId }) => teamId),
  );
  const others = new Set((await otherOwners(db, ids, userId)).map(({ teamId }) => teamId));
  return teams.filter(({ id }) => owned.has(id) && !others.has(id));
}

/** Takes somebody who is to be erased out of all their teams, within the transaction that does it. */
export async function leaveAllTeams(db: Transact, deps: TeamDeps, userId: string): Promise<void> {
  for (const { id } of await teamRepository.list(db, userId)) {
    await teamRepository.hold(db, id, deps.now());
    const member = await mustFindMember(db, id, userId);
    if (member.role === 'owner') await keepOwner(db, id, userId);
    await endMembership(db, deps, { label: 'system:privacy' }, member, 'the account was erased');
  }
}

/** Writes down what was done with a team. */
export async function recordTeam(
  db: Db,
  deps: Pick<TeamDeps, 'now'>,
  actor: Pick<Actor, 'label'>,
  teamId: string,
  action: string,
  before: Readonly<Record<string, string | null>> | null,
  after: Readonly<Record<string, string | null | undefined>> | null,
): Promise<void> {
  const said = after && Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value ?? null]));
  const write = { at: deps.now(), actor: actor.label, kind: 'team', action, ref: teamId };
  await recordWrite(db, { ...write, before, after: said });
}
