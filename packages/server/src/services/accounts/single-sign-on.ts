import { reachesOthers } from '@tollgate/contract/permissions';
import { Refusal } from '../../domain/refusal.ts';
import type { Db } from '../../store/database.ts';
import { signInMethodRepository, type StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { teamDomainRepository, type TeamDomain } from '../../store/team-domains.ts';
import { teamRepository } from '../../store/teams.ts';
import type { User } from '../../store/users.ts';

/*
 * Who may come in by which way, where teams sign their people in themselves. A team has power over the addresses of the
 * domains that it has shown to be its own, and over nobody else: whoever runs its identity provider could name anybody.
 */

/** By which method somebody comes; undefined for a password or a passkey. */
export type EnteredBy = Pick<StoredSignInMethod, 'teamId' | 'administrators'>;

type Named = Pick<User, 'id' | 'email' | 'emailVerified' | 'role' | 'reaches'>;

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();

/** The domain of an address, where a team has shown it to be its own. */
export const findTeamDomain = async (db: Db, email: string): Promise<TeamDomain | undefined> =>
  await teamDomainRepository.findVerified(db, domainOf(email));

/**
 * Whether a team may act for somebody whose address is of its domain: the address is known to be theirs, or the team has
 * let them in before. An account that a stranger made with another's address is neither.
 */
export const belongsTo = async (db: Db, user: Named, teamId: string): Promise<boolean> =>
  user.emailVerified || (await teamRepository.member(db, teamId, user.id)) !== undefined;

/** Whether somebody may be entered by a team's method at all: root never, who reaches what is others' where root allows it. */
export const mayBeEntered = (user: Pick<User, 'role' | 'reaches'>, by: Pick<EnteredBy, 'administrators'>): boolean =>
  user.role !== 'root' && (!reachesOthers(user) || by.administrators);

/** The team whose methods are the only way in for somebody; undefined for those whom none holds. */
export async function teamThatHolds(db: Db, user: Named): Promise<string | undefined> {
  const domain = user.email === null ? undefined : await findTeamDomain(db, user.email);
  if (domain?.enforced !== true || !(await belongsTo(db, user, domain.teamId))) return undefined;
  // Nobody is held to a way that is closed to them.
  const methods = await signInMethodRepository.ofTeam(db, domain.teamId);
  return methods.some((method) => method.enabled && mayBeEntered(user, method)) ? domain.teamId : undefined;
}

/** Refuses a way in that is not somebody's: another than that of their organisation, or that of one they are not of. */
export async function assertWayIn(db: Db, user: Named, by: EnteredBy | undefined): Promise<void> {
  if (by?.teamId !== undefined && !(await isOf(db, user, by.teamId)))
    throw new Refusal('sign_in_closed', 'You are not of the organisation that this way to sign in belongs to.');
  if (by?.teamId !== undefined && !mayBeEntered(user, by))
    throw new Refusal('sign_in_closed', 'Administrators do not sign in by this way. Use one of the gateway’s own.');
  const team = await teamThatHolds(db, user);
  if (team !== undefined && team !== by?.teamId) throw ssoRequired();
}

/**
 * Whether somebody has an address of a domain of the team's, or one of nobody's and is a member. Whose address is another
 * team's is that team's: a domain that was sold takes its people along, and no provider of the team before enters their accounts.
 */
async function isOf(db: Db, user: Named, teamId: string): Promise<boolean> {
  const domain = user.email === null || !user.emailVerified ? undefined : await findTeamDomain(db, user.email);
  if (domain !== undefined) return domain.teamId === teamId;
  return (await teamRepository.member(db, teamId, user.id)) !== undefined;
}

/** Refuses to give an address an account where its organisation alone lets people in. */
export async function assertNotHeld(db: Db, email: string): Promise<void> {
  if ((await findTeamDomain(db, email))?.enforced === true) throw ssoRequired();
}

const ssoRequired = (): Refusal =>
  new Refusal(
    'sso_required',
    'Your organisation has you sign in by its own way. Choose “Sign in with your organisation”.',
  );
