import { z } from 'zod';
import { bookCheckRepository, type BookCheck } from '../../store/book-checks.ts';
import type { Database } from '../../store/database.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Problem } from '../../store/ledger/audit-books.ts';
import type { Verification } from './verify.ts';

/** Verdicts on the books (`tollgate verify`) that are asked for in the console, and made by a job. */

const kept = 20;
const deadlineMs = 30 * 60_000;

const checkKind = jobKind({
  name: 'books.verify',
  payload: z.strictObject({ checkId: z.string() }),
  atOnce: 1,
  deadlineMs,
  maxAttempts: 2,
});

export type BookCheckDeps = {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'addWithin' | 'wake'>;
  readonly now: () => number;
  readonly newId: () => string;
};

/** Whether somebody still works on it: one that was lost with its process is taken for failed after its time. */
const isOpen = (check: BookCheck, now: number): boolean =>
  check.finishedAt === null && now - check.createdAt < 3 * deadlineMs;

type Shown = Omit<BookCheck, 'problems'> & {
  readonly problems: Problem[];
  readonly state: 'running' | 'agree' | 'differ' | 'failed';
};

const present = (check: BookCheck, now: number): Shown => ({
  ...check,
  problems: [...check.problems],
  state: isOpen(check, now)
    ? 'running'
    : check.unexplained === null
      ? 'failed'
      : check.unexplained === 0
        ? 'agree'
        : 'differ',
});

/** The last verdicts, latest first. */
export async function listBookChecks({ database, now }: Pick<BookCheckDeps, 'database' | 'now'>): Promise<Shown[]> {
  return (await bookCheckRepository.list(database.db, kept)).map((check) => present(check, now()));
}

/** Asks for a verdict. While one is being made, that is the answer: two at once would say the same. */
export async function beginBookCheck(deps: BookCheckDeps, actor: string): Promise<Shown> {
  const { database, jobs, now } = deps;
  const created = await database.transact(async (db) => {
    const [latest] = await bookCheckRepository.list(db, 1);
    if (latest !== undefined && isOpen(latest, now())) return latest;
    const check = { id: `chk_${deps.newId()}`, askedBy: actor, createdAt: now() };
    await bookCheckRepository.insert(db, check);
    await bookCheckRepository.keep(db, kept);
    await jobs.addWithin(db, checkKind, { checkId: check.id });
    return { ...check, finishedAt: null, unexplained: null, problems: [], error: null };
  });
  jobs.wake();
  return present(created, now());
}

/** `check` recomputes the books: beside the process that serves, where that would stop it (SQLite). */
export const bookCheckJobs = (
  { database, now }: Pick<BookCheckDeps, 'database' | 'now'>,
  check: (signal: AbortSignal) => Promise<Verification>,
): readonly JobHandler[] => [
  jobHandler(checkKind, async ({ checkId }, context) => {
    try {
      const { unexplained, problems } = await check(context.signal);
      await database.transact(async (db) => {
        await bookCheckRepository.finish(db, checkId, now(), { unexplained, problems });
        await context.finish(db);
      });
    } catch (error) {
      if (context.attempt === 2 && !context.signal.aborted)
        await bookCheckRepository.finish(database.db, checkId, now(), {
          error: 'The check could not be made; the job says why.',
        });
      throw error;
    }
    return undefined;
  }),
];
