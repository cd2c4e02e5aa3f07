import { backOffMs } from '../../domain/job.ts';
import { cutAtWord, shorten } from '@tollgate/wire/text';
import { redact } from '../../domain/redact.ts';
import { buryJob, finishJob, handBack, retryLater, type Claim, type Continuation } from '../../store/jobs/claims.ts';
import type { RunAgain } from './job-kind.ts';
import { within, type JobsDeps } from './jobs-deps.ts';

/** What becomes of a job after an attempt. */
export type Verdict =
  | { readonly end: 'done' | 'handed back' }
  | { readonly end: 'continued'; readonly again: RunAgain<string> }
  | { readonly end: 'failed'; readonly error: string; readonly retryAt: number }
  | { readonly end: 'dead'; readonly error: string };

/**
 * How an attempt ended. `lost`: another process has the job now, or a person has cancelled it. `unknown`: the process stopped
 * before the database had taken the end; when the claim runs out, another does the job again.
 */
export type RunEnd = Verdict['end'] | 'lost' | 'unknown';

export type EndDeps = JobsDeps & {
  /** Writes that a job goes on, together with others; tells whether its claim stood. */
  readonly goOn: (job: Continuation) => Promise<boolean>;
};

/**
 * Writes down what becomes of a job, trying until the database has taken it or refused it: even after the claim has run out, for as
 * long as nobody else has claimed the job, this attempt is the one that counts. Only `closing` ends that.
 */
export async function persistVerdict(
  deps: EndDeps,
  job: Claim,
  verdict: Verdict,
  closing: AbortSignal,
): Promise<RunEnd> {
  for (let attempt = 1; ; attempt++) {
    try {
      deps.fault(`${verdict.end}:before`);
      const held = await within(deps.options.patienceMs, write(deps, job, verdict));
      deps.fault(`${verdict.end}:after`);
      return held ? verdict.end : 'lost';
    } catch (error) {
      if (attempt === 1)
        deps.log.warn({ err: error, job: job.id }, 'the end of a job could not be written; trying again');
    }
    if (closing.aborted) return 'unknown';
    await Bun.sleep(backOffMs(attempt, { firstMs: 100, maxMs: 5000 }, deps.random()));
    if (closing.aborted) return 'unknown';
  }
}

function write({ database: { db }, now, goOn }: EndDeps, job: Claim, verdict: Verdict): Promise<boolean> {
  switch (verdict.end) {
    case 'done':
      return finishJob(db, job, now());
    case 'continued':
      return goOn({ claim: job, ...verdict.again });
    case 'handed back':
      return handBack(db, job, now());
    case 'dead':
      return buryJob(db, job, { at: now(), error: presentable(verdict.error) });
    case 'failed':
      return retryLater(db, job, { retryAt: verdict.retryAt, error: presentable(verdict.error) });
  }
}

const errorLength = 1000;

/** An error as it may be kept and shown: no secrets, not too long, and storable. */
export const presentable = (error: string): string =>
  shorten(redact(cutAtWord(error.replaceAll('\0', ''), 4 * errorLength)), errorLength - 1).toWellFormed();
