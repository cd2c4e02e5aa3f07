import { teamRoles, type TeamRole } from '@tollgate/contract/api/teams';

/** What somebody may do in a team, by the rules of the gateway: so that nothing is offered which it would refuse. */

export type Standing = {
  /** Null for an administrator who is no member. */
  readonly role: TeamRole | null;
  /** Whether they reach everybody's teams. */
  readonly administers: boolean;
};

/** Members, invitations and the name of the team are theirs to change. */
export const manages = ({ role, administers }: Standing): boolean =>
  administers || role === 'owner' || role === 'admin';

/** Plans of the team are theirs to take and to change. */
export const pays = ({ role, administers }: Standing): boolean => administers || (role !== null && role !== 'member');

/** Whether somebody of that role is theirs to change and to remove: owners are for owners. */
export const actsOn = (standing: Standing, other: TeamRole): boolean =>
  manages(standing) && (other !== 'owner' || standing.role === 'owner' || standing.administers);

/** The roles that they may give, the most powerful first. */
export const rolesToGive = (standing: Standing): readonly TeamRole[] =>
  teamRoles.filter((role) => actsOn(standing, role));
