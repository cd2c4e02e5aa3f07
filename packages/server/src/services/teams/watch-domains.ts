import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { teamDomainRepository, type TeamDomain } from '../../store/team-domains.ts';
import { teamRepository } from '../../store/teams.ts';
import { addLetter, type LetterDeps } from '../accounts/account-letters.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { SignInDeps } from '../sign-in/sign-in-deps.ts';
import type { Transact } from '../subscriptions/deps.ts';
import { domainGraceMs, isSaid, recordOf } from './domain-record.ts';
import { recordTeam } from './teams.ts';

/*
 * Domains of teams are looked at again each day: one that was sold, or given back, is its team's no longer, though nobody else has
 * asked for it yet. Its owners are told, and have some days to put the record back. Then the team's provider is believed no
 * more, and its people come in by any way again: who was held to a way that the domain no longer vouches for would have none.
 * A DNS that does not answer says nothing.
 */

export type WatchDomainsDeps = LetterDeps & Pick<SignInDeps, 'resolveTxt'>;

const actor = { label: 'gateway' };
const pageRows = 100;
const dayMs = 86_400_000;

const kind = jobKind({
  name: 'teams.domains',
  payload: z.strictObject({}),
  schedule: every(dayMs),
  deadlineMs: 60 * 60_000,
});

export const teamDomainJobs = (deps: WatchDomainsDeps): readonly JobHandler[] => [
  jobHandler(kind, async (_, { signal }) => {
    for (let last = ''; ;) {
      const page = await teamDomainRepository.verifiedAfter(deps.accounts.database.db, last, pageRows);
      for (const domain of page) {
        signal.throwIfAborted();
        await lookAgain(deps, domain);
      }
      const end = page.at(-1);
      if (end === undefined || page.length < pageRows) return undefined;
      last = end.id;
    }
  }),
];

async function lookAgain(deps: WatchDomainsDeps, domain: TeamDomain): Promise<void> {
  const said = await deps.resolveTxt(recordOf(domain).name).catch(() => undefined);
  if (said === undefined) return;
  const { missingSince } = domain;
  const { database, now } = deps.accounts;
  if (isSaid(said, domain)) {
    if (missingSince !== null) await teamDomainRepository.setMissing(database.db, domain.id, null);
    return;
  }
  const lost = missingSince !== null && now() - missingSince >= domainGraceMs;
  if (missingSince !== null && !lost) return;
  await database.transact(async (db) => {
    if (lost) await teamDomainRepository.release(db, domain.id);
    else await teamDomainRepository.setMissing(db, domain.id, now());
    const action = lost ? 'loseDomain' : 'missDomain';
    await recordTeam(db, deps.accounts, actor, domain.teamId, action, { domain: domain.domain }, null);
    await tellOwners(deps, db, domain);
  });
  deps.jobs.wake();
}

async function tellOwners(deps: WatchDomainsDeps, db: Transact, { id, teamId }: TeamDomain): Promise<void> {
  if (!deps.mayMail()) return;
  for (const { userId, role } of await teamRepository.members(db, [teamId]))
    if (role === 'owner') await addLetter(deps, db, { letter: 'teamDomain', ref: `${id} ${userId}` });
}
