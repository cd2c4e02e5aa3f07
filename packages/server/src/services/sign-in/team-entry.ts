import type { TeamRole } from '@tollgate/contract/api/teams';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { identityRepository } from '../../store/sign-in/identities.ts';
import { signInMethodRepository, type StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { teamDomainRepository } from '../../store/team-domains.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository, type User } from '../../store/users.ts';
import { admitStranger, assertTeamsAdmit } from '../accounts/people.ts';
import { belongsTo, findTeamDomain, mayBeEntered } from '../accounts/single-sign-on.ts';
import { linkIdentity, newIdentity } from './identities.ts';
import type { Profile } from './provider.ts';
import type { SignInDeps } from './sign-in-deps.ts';

/** A method that belongs to a team. */
export type TeamMethod = StoredSignInMethod & { readonly teamId: string };
export const isTeamMethod = (method: StoredSignInMethod): method is TeamMethod => method.teamId !== undefined;

/**
 * The account of somebody who comes by a team's method for the first time: the one of their address, or a new one. Either
 * way the address must be of a domain that the team has shown to be its own: of others its identity provider knows nothing.
 * They become a member of the team.
 */
export async function findOrAdmit(deps: SignInDeps, method: TeamMethod, profile: Profile): Promise<string> {
  const { accounts } = deps;
  const { db } = accounts.database;
  const domain = profile.email === undefined ? undefined : await findTeamDomain(db, profile.email);
  if (profile.email === undefined || domain?.teamId !== method.teamId)
    throw new Refusal(
      'sign_in_closed',
      `${method.name} named no address that it vouches for under a domain that your organisation has verified here.`,
    );
  const known = await userRepository.findByEmail(db, profile.email);
  if (known !== undefined) return await take(deps, method, profile, known);
  if (!method.signUp)
    throw new Refusal('sign_in_closed', 'You have no account here, and your organisation gives out none this way.');
  assertTeamsAdmit(accounts);
  const person = { email: profile.email, name: profile.name ?? profile.label, ofTeam: true };
  return await admitStranger(accounts, person, `sign-in by ${method.name}`, async (transaction, userId) => {
    await identityRepository.insert(transaction, newIdentity(accounts, { userId, methodId: method.id, profile }));
    await join(transaction, method.teamId, userId, accounts.now());
  });
}

/** Leads the identity to the account that is there, if the team may act for it. */
async function take(deps: SignInDeps, method: TeamMethod, profile: Profile, user: User): Promise<string> {
  const { accounts } = deps;
  if (!mayBeEntered(user, method))
    throw new Refusal('sign_in_closed', 'Administrators do not sign in by this way. Use one of the gateway’s own.');
  if (!(await belongsTo(accounts.database.db, user, method.teamId)))
    throw new Refusal(
      'conflict',
      'There is an account with your address, and nobody has shown that the address is theirs. Sign in to it and confirm the address, or ask to be invited to the team.',
    );
  const { label, subject } = newIdentity(accounts, { userId: user.id, methodId: method.id, profile });
  const actor = { label: `sign-in by ${method.name}` };
  await linkIdentity(
    accounts,
    actor,
    { userId: user.id, methodId: method.id, method: method.name, subject, label },
    async (db) => await join(db, method.teamId, user.id, accounts.now()),
  );
  return user.id;
}

/** Makes somebody a member; who is one stays what they are. */
export async function join(
  db: Db,
  teamId: string,
  userId: string,
  joinedAt: number,
  role: TeamRole = 'member',
): Promise<void> {
  if ((await teamRepository.member(db, teamId, userId)) !== undefined) return;
  await teamRepository.addMember(db, { teamId, userId, role, joinedAt });
}

/** The account that another tab has just led the same identity to; throws what went wrong otherwise. */
export async function madeMeanwhile(
  { accounts }: SignInDeps,
  methodId: string,
  subject: string,
  error: unknown,
): Promise<string> {
  const raced = isUniqueViolation(error) || (error instanceof Refusal && error.code === 'conflict');
  const other = raced ? await identityRepository.findBySubject(accounts.database.db, methodId, subject) : undefined;
  if (other === undefined) throw error;
  return other.userId;
}

/** Whether a team has shown a domain to be its own. */
export const areOrganisations = async ({ accounts }: Pick<SignInDeps, 'accounts'>): Promise<boolean> =>
  await teamDomainRepository.anyVerified(accounts.database.db);

/** The methods in force of the team that an address's domain belongs to, and whether there is no other way in. */
export async function discoverMethods(
  deps: SignInDeps,
  email: string,
): Promise<{ readonly methods: readonly StoredSignInMethod[]; readonly required: boolean }> {
  const { database, snapshot } = deps.accounts;
  const domain = await findTeamDomain(database.db, email);
  if (domain === undefined || snapshot().settings.site.publicUrl === '') return { methods: [], required: false };
  const methods = await signInMethodRepository.ofTeam(database.db, domain.teamId);
  const inForce = methods.filter(({ enabled, provider }) => enabled && deps.providers.has(provider));
  return { methods: inForce, required: domain.enforced && inForce.length > 0 };
}
