import { backOffMs } from '../../domain/job.ts';
import type { ClaimedJob } from '../../store/jobs/claiming.ts';
import { finishJob } from '../../store/jobs/claims.ts';
import { keepClaim, type ClaimKeeper } from './claim-keeper.ts';
import type { JobContext, JobHandler } from './job-kind.ts';
import { persistVerdict, presentable, type EndDeps, type RunEnd, type Verdict } from './verdict.ts';

/** An attempt under way. */
export type JobRun = {
  /** Never rejects. */
  readonly ended: Promise<RunEnd>;
  /** Asks the job to stop; it is handed back if it does not end by itself. */
  stop(): void;
  /** When its claim ends unless it is renewed once more. */
  claimedUntil(): number;
};

export type RunDeps = EndDeps & {
  /** Ends the attempts to write how runs ended. */
  readonly closing: AbortSignal;
  /** Told when a job of this process is due again. */
  readonly dueAt: (moment: number) => void;
};

/** Runs a claimed job to its end, or until it may not go on, and writes down what became of it. */
export function startRun(deps: RunDeps, handler: JobHandler, job: ClaimedJob, claimedUntil: number): JobRun {
  const keeper = keepClaim(deps, job, claimedUntil);
  const run = async (): Promise<RunEnd> => {
    try {
      const verdict = await perform(deps, handler, job, keeper);
      if (verdict === 'finished') return 'done';
      if (keeper.reason() === 'claim lost') return 'lost';
      const end = await persistVerdict(deps, job, verdict, deps.closing);
      if (end === 'continued' && 'again' in verdict) deps.dueAt(verdict.again.runAt);
      if (end === 'failed' && 'retryAt' in verdict) deps.dueAt(verdict.retryAt);
      if (end === 'dead' && 'error' in verdict)
        deps.log.error(
          { job: job.id, kind: job.kind, error: presentable(verdict.error) },
          'a job has become a dead letter',
        );
      return end;
    } finally {
      keeper.close();
    }
  };
  return { ended: run(), stop: () => keeper.stop('process stops'), claimedUntil: keeper.until };
}

/** Does the work; `finished` when it has ended the job itself, in its own transaction. */
async function perform(
  deps: RunDeps,
  handler: JobHandler,
  job: ClaimedJob,
  keeper: ClaimKeeper,
): Promise<Verdict | 'finished'> {
  const { kind } = handler;
  const mortal = kind.schedule === undefined;
  const deadline = setTimeout(() => keeper.stop('deadline'), kind.deadlineMs);
  let finished = false;
  const context: JobContext = {
    id: job.id,
    attempt: job.attempt,
    dueAt: job.dueAt,
    signal: keeper.signal,
    finish: async (db) => {
      if (!(await finishJob(db, job, deps.now()))) throw new Error('another process has taken this job over');
      finished = true;
    },
  };
  const failure = (error: string): Verdict => {
    const reason = keeper.reason();
    // What ended because it was told to has not failed.
    if (reason === 'process stops' || reason === 'claim ran out') return { end: 'handed back' };
    if (mortal && job.attempt >= kind.maxAttempts) return { end: 'dead', error };
    const at = deps.now();
    const retryAt = at + backOffMs(job.attempt, kind.backOff, deps.random());
    return { end: 'failed', error, retryAt: kind.schedule ? Math.min(retryAt, kind.schedule(at)) : retryAt };
  };
  try {
    const opened = handler.open(job.payload);
    if ('unreadable' in opened) return { end: 'dead', error: opened.unreadable };
    if (mortal && job.attempt > kind.maxAttempts)
      return { end: 'dead', error: `its process ended during each of ${kind.maxAttempts} attempts` };
    deps.fault('run:before');
    const result = await Promise.race([opened.run(context), keeper.overdue]);
    deps.fault('run:after');
    if (finished) return 'finished';
    if (result === 'overdue') return failure(`it had to stop (${keeper.reason()}) and did not`);
    if (result !== undefined) return { end: 'continued', again: result };
    return kind.schedule ? { end: 'continued', again: { runAt: kind.schedule(deps.now()) } } : { end: 'done' };
  } catch (error) {
    deps.log.warn({ err: error, job: job.id, kind: job.kind, attempt: job.attempt }, 'an attempt at a job failed');
    return failure(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(deadline);
  }
}
