import type { ClaimedJob } from '../../store/jobs/claiming.ts';
import { renewClaim } from '../../store/jobs/claims.ts';
import { within, type JobsDeps } from './jobs-deps.ts';

/** Why a job that runs is told to stop. */
export type StopReason = 'deadline' | 'process stops' | 'claim ran out' | 'claim lost';

/** Keeps the claim of a job that runs, and tells the job when it must not go on. */
export type ClaimKeeper = {
  readonly signal: AbortSignal;
  /** The first reason to stop; undefined as long as there is none. */
  readonly reason: () => StopReason | undefined;
  /** When the claim ends, as far as it has been renewed. */
  readonly until: () => number;
  stop(reason: StopReason): void;
  /** Resolves when a job that was told to stop has been waited for long enough. */
  readonly overdue: Promise<'overdue'>;
  close(): void;
};

/** `until` is the end of the claim that was made; it is renewed three times as often as it must be. */
export function keepClaim(deps: JobsDeps, job: ClaimedJob, until: number): ClaimKeeper {
  const { database, options, log } = deps;
  const controller = new AbortController();
  const overdue = Promise.withResolvers<'overdue'>();
  let reason: StopReason | undefined;
  let end = until;
  let renewing = false;
  let force: ReturnType<typeof setTimeout> | undefined;

  const stop = (why: StopReason): void => {
    if (reason !== undefined) return;
    reason = why;
    controller.abort(new Error(`told to stop: ${why}`));
    force = setTimeout(() => overdue.resolve('overdue'), options.stopGraceMs);
  };

  const renew = async (): Promise<void> => {
    // Nobody else may have taken it yet, but now anybody can.
    if (deps.now() >= end) stop('claim ran out');
    if (renewing) return;
    renewing = true;
    const next = deps.now() + options.claimMs;
    try {
      deps.fault('renew:before');
      if (!(await within(options.patienceMs, renewClaim(database.db, job, next)))) stop('claim lost');
      else end = Math.max(end, next);
      deps.fault('renew:after');
    } catch (error) {
      log.warn({ err: error, job: job.id, kind: job.kind }, 'the claim on a job could not be renewed');
    } finally {
      renewing = false;
    }
  };

  const timer = setInterval(() => void renew(), options.claimMs / 3);
  return {
    signal: controller.signal,
    reason: () => reason,
    until: () => end,
    stop,
    overdue: overdue.promise,
    close: () => {
      clearInterval(timer);
      clearTimeout(force);
    },
  };
}
