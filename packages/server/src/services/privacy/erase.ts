import { Refusal } from '../../domain/refusal.ts';
import { accountDeletionRepository } from '../../store/account-deletions.ts';
import { endKeptFiles, erasePerson, forgetAddresses, openWorkOf } from '../../store/erase-person.ts';
import { nextTurn } from '../../store/pages.ts';
import { subscriptionRepository } from '../../store/subscriptions/subscriptions.ts';
import { userRepository } from '../../store/users.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { forgetResets } from '../accounts/password-resets.ts';
import { jobHandler, type JobContext, type JobHandler, type RunAgain } from '../jobs/job-kind.ts';
import { endProviderKeys } from '../provider-keys/end-keys.ts';
import { recordWrite } from '../record-write.ts';
import { endSubscription } from '../subscriptions/change.ts';
import type { SubscriptionDeps } from '../subscriptions/deps.ts';
import { leaveAllTeams } from '../teams/teams.ts';
import { eraseKind } from './erase-kind.ts';

type EraseDeps = { readonly accounts: AccountDeps; readonly subscriptions: SubscriptionDeps };

const minuteMs = 60_000;
const gateway = 'system:privacy';
/** Requests whose address goes in one statement. */
const chunk = 200;

/** Erases accounts whose time has come. Each step may be repeated; the last of them cannot be taken back. */
export const eraseJobs = (deps: EraseDeps): readonly JobHandler[] => [
  jobHandler(eraseKind, async (payload, context) => {
    const { database, now } = deps.accounts;
    const deletion = await accountDeletionRepository.find(database.db, payload.userId);
    // Taken back, or asked for anew since: that has a job of its own.
    if (deletion === undefined || deletion.dueAt !== payload.dueAt) return undefined;
    if (deletion.erasedAt === null) {
      const waitsFor = await erase(deps, payload.userId);
      if (waitsFor !== undefined) {
        await accountDeletionRepository.noteWaiting(database.db, payload.userId, waitsFor);
        return { runAt: now() + 15 * minuteMs };
      }
    }
    return await forgetAllAddresses(deps.accounts, payload, context);
  }),
];

/** What has to end first; undefined when it is done, or nothing is to be done any more. */
async function erase({ accounts, subscriptions }: EraseDeps, userId: string): Promise<string | undefined> {
  const { database, now } = accounts;
  if ((await userRepository.find(database.db, userId)) === undefined) return undefined;
  await close(accounts, userId);
  for (const { id } of await subscriptionRepository.running(database.db, userId))
    await endSubscription(subscriptions, { actor: gateway, userId }, id);
  const open = await openWorkOf(database.db, userId);
  if (open > 0) return `${open} answers, tasks or batches that are not over`;
  await forgetResets(accounts, userId);
  try {
    await database.transact(async (db) => {
      // Taken back at the last moment.
      if (!(await accountDeletionRepository.noteErased(db, userId, now()))) return;
      await leaveAllTeams(db, accounts, userId);
      await endProviderKeys(db, { kind: 'person', id: userId }, { actor: gateway, at: now() });
      await erasePerson(db, userId, now());
      const write = { at: now(), actor: gateway, kind: 'user', action: 'erase', ref: userId };
      await recordWrite(db, { ...write, before: null, after: null });
    });
  } catch (error) {
    // Has become the only owner of a team since.
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return undefined;
}

/** Lets nothing new begin. */
async function close({ database, now }: AccountDeps, userId: string): Promise<void> {
  await database.transact(async (db) => {
    if (!(await accountDeletionRepository.noteDisabled(db, userId))) return;
    await userRepository.update(db, userId, { enabled: false }, now());
    await userRepository.deleteSessions(db, userId);
    await endKeptFiles(db, userId, now());
    const write = { at: now(), actor: gateway, kind: 'user', action: 'update', ref: userId };
    await recordWrite(db, { ...write, before: { enabled: true }, after: { enabled: false } });
  });
}

/** Takes the addresses that somebody's requests came from out of the log, which may be long: some at a time. */
async function forgetAllAddresses(
  { database, now }: AccountDeps,
  payload: { readonly userId: string; readonly dueAt: number; readonly after?: string | undefined },
  { signal }: JobContext,
): Promise<RunAgain<{ userId: string; dueAt: number; after: string }> | undefined> {
  const { userId, dueAt } = payload;
  let after = payload.after ?? '';
  for (let steps = 0; steps < 100 && !signal.aborted; steps += 1) {
    const last = await forgetAddresses(database, userId, after, chunk);
    if (last === undefined) return undefined;
    after = last;
    await nextTurn();
  }
  return { runAt: now(), payload: { userId, dueAt, after } };
}
