import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { identityRepository } from '../../store/sign-in/identities.ts';
import { signInMethodRepository } from '../../store/sign-in/methods.ts';
import { teamDomainRepository, type TeamDomain } from '../../store/team-domains.ts';
import { userRepository } from '../../store/users.ts';
import type { Actor } from '../accounts/account-deps.ts';
import { randomText } from '../accounts/flows.ts';
import { teamThatHolds } from '../accounts/single-sign-on.ts';
import type { SignInDeps } from '../sign-in/sign-in-deps.ts';
import { isSaid, recordOf } from './domain-record.ts';
import { recordTeam, requireTeam } from './teams.ts';

/*
 * Domains of a team. One is the team's once a TXT record in its DNS says so; from then on the team's identity provider is
 * believed for addresses under it. Whoever can show it later has it: a domain that was sold is not lost for its new owner.
 */

type DomainDeps = Pick<SignInDeps, 'accounts' | 'resolveTxt'>;

const mostDomains = 50;

export async function listDomains({ accounts }: DomainDeps, actor: Actor, teamId: string) {
  await requireTeam(accounts, actor, teamId, 'manage');
  return await teamDomainRepository.ofTeam(accounts.database.db, teamId);
}

export async function addDomain(
  { accounts }: DomainDeps,
  actor: Actor,
  teamId: string,
  name: string,
): Promise<TeamDomain> {
  await requireTeam(accounts, actor, teamId, 'own');
  const { database } = accounts;
  if ((await teamDomainRepository.ofTeam(database.db, teamId)).length >= mostDomains)
    throw new Refusal('conflict', `A team has no more than ${mostDomains} domains.`);
  const domain: TeamDomain = {
    id: `dom_${accounts.newId()}`,
    teamId,
    domain: name.toLowerCase(),
    token: randomText(accounts),
    verifiedAt: null,
    enforced: false,
    missingSince: null,
    createdAt: accounts.now(),
  };
  try {
    await database.transact(async (db) => {
      await teamDomainRepository.insert(db, domain);
      await recordTeam(db, accounts, actor, teamId, 'addDomain', null, { domain: domain.domain });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'The team has named this domain already.', { param: 'domain' });
  }
  return domain;
}

/** Looks whether the DNS says that a domain is the team's. One that was another's is taken from it if its record is gone. */
export async function verifyDomain(deps: DomainDeps, actor: Actor, teamId: string, id: string): Promise<TeamDomain> {
  const { accounts } = deps;
  await requireTeam(accounts, actor, teamId, 'own');
  const { database } = accounts;
  const found = await mustFind(database.db, teamId, id);
  const said = await deps.resolveTxt(recordOf(found).name).catch((): readonly string[] => []);
  if (!isSaid(said, found))
    throw new Refusal(
      'conflict',
      `The DNS does not say so yet: no TXT record of ${recordOf(found).name} has this text.`,
    );
  const holder = await teamDomainRepository.findVerified(database.db, found.domain);
  if (holder !== undefined && holder.id !== id && isSaid(said, holder))
    throw new Refusal('conflict', 'Another team has shown this domain to be its own, and its record stands.');
  const taken = holder?.id === id ? undefined : holder;
  try {
    await database.transact(async (db) => {
      if (taken !== undefined) {
        await teamDomainRepository.release(db, taken.id);
        await recordTeam(db, accounts, actor, taken.teamId, 'loseDomain', { domain: found.domain }, null);
      }
      await teamDomainRepository.claim(db, found, accounts.now());
      await recordTeam(db, accounts, actor, teamId, 'verifyDomain', null, { domain: found.domain });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'Another team has shown this domain to be its own just now.');
  }
  return await mustFind(database.db, teamId, id);
}

/** Has people of a domain come in by the team's methods only, or by any again. */
export async function enforceDomain(
  { accounts }: DomainDeps,
  actor: Actor,
  ask: { readonly teamId: string; readonly id: string; readonly enforced: boolean },
): Promise<TeamDomain> {
  const { teamId, id, enforced } = ask;
  await requireTeam(accounts, actor, teamId, 'own');
  const found = await mustFind(accounts.database.db, teamId, id);
  if (found.enforced === enforced) return found;
  if (enforced) await assertEnforceable(accounts.database.db, actor, found);
  await accounts.database.transact(async (db) => {
    await teamDomainRepository.setEnforced(db, id, enforced);
    await recordTeam(db, accounts, actor, teamId, enforced ? 'enforceDomain' : 'relaxDomain', null, {
      domain: found.domain,
    });
    if (enforced) await endSessions(db, actor, found);
  });
  // Whoever came in while that was under way did not see it yet.
  if (enforced) await endSessions(accounts.database.db, actor, found);
  return { ...found, enforced };
}

/** Sessions do not say how they were begun; whoever is held begins another one. */
async function endSessions(db: Db, actor: Actor, { teamId, domain }: TeamDomain): Promise<void> {
  for (const user of await userRepository.ofDomain(db, domain))
    if (user.id !== actor.userId && (await teamThatHolds(db, user)) === teamId)
      await userRepository.deleteSessions(db, user.id);
}

/** Nobody is to be locked out: there is a way, and whoever closes the others has come by it. */
async function assertEnforceable(db: Db, actor: Actor, { teamId, domain, verifiedAt }: TeamDomain): Promise<void> {
  if (verifiedAt === null) throw new Refusal('conflict', 'Verify the domain first.');
  const enabled = (await signInMethodRepository.ofTeam(db, teamId)).filter((method) => method.enabled);
  if (enabled.length === 0) throw new Refusal('conflict', 'Set up a way to sign in first.');
  const user = actor.userId === undefined ? undefined : await userRepository.find(db, actor.userId);
  if (user === undefined || user.role === 'root' || user.email?.endsWith(`@${domain}`) !== true) return;
  const identities = await identityRepository.ofUser(db, user.id);
  if (!identities.some(({ methodId }) => enabled.some((method) => method.id === methodId)))
    throw new Refusal('conflict', 'Sign in by your organisation’s way once yourself, so that you know that it works.');
}

export async function removeDomain({ accounts }: DomainDeps, actor: Actor, teamId: string, id: string): Promise<void> {
  await requireTeam(accounts, actor, teamId, 'own');
  await accounts.database.transact(async (db) => {
    const { domain } = await mustFind(db, teamId, id);
    await teamDomainRepository.remove(db, id);
    await recordTeam(db, accounts, actor, teamId, 'removeDomain', { domain }, null);
  });
}

async function mustFind(db: Db, teamId: string, id: string): Promise<TeamDomain> {
  const domain = await teamDomainRepository.find(db, teamId, id);
  if (domain === undefined) throw new Refusal('not_found', 'There is no such domain.');
  return domain;
}
