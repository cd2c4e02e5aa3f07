import type { z } from 'zod';
import type { BackOff, Schedule } from '../../domain/job.ts';
import type { Db } from '../../store/database.ts';

/**
 * A kind of work that is done later. Its payload is stored as JSON and read by every version that runs beside this one: it
 * holds ids and what is needed to begin, never secrets or what a client said.
 */
export type JobKind<P> = {
  readonly name: string;
  /** What does not parse is never run; it goes to the dead letters. */
  readonly payload: z.ZodType<P>;
  /** How many of them one process runs at once. */
  readonly atOnce: number;
  /** After so long an attempt is told to stop, and counts as failed. */
  readonly deadlineMs: number;
  /** A job that failed so often is a dead letter. A recurring job never is one: it goes on trying. */
  readonly maxAttempts: number;
  readonly backOff: BackOff;
  /** Makes the kind a recurring one: there is always one job of it, with an empty payload, whichever processes start. */
  readonly schedule: Schedule | undefined;
  /** Whether a person may cancel one. */
  readonly cancellable: boolean;
};

const defaults = {
  atOnce: 4,
  deadlineMs: 60_000,
  maxAttempts: 12,
  // Twelve attempts span about six hours: longer than most outages.
  backOff: { firstMs: 5000, maxMs: 3_600_000 },
  schedule: undefined,
} as const;

/** Declares a kind of job. */
export function jobKind<P>(
  kind: Pick<JobKind<P>, 'name' | 'payload'> & Partial<Omit<JobKind<P>, 'name' | 'payload'>>,
): JobKind<P> {
  return { ...defaults, cancellable: kind.schedule === undefined, ...kind };
}

/** What a job that runs knows of itself. */
export type JobContext = {
  /** The same at each attempt: what the job does elsewhere is made to happen once by this id. */
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  /** When it was to run, in ms since the epoch. */
  readonly dueAt: number;
  /** Says that it should stop: its deadline is past, the process stops, or the job is not this process's any more. */
  readonly signal: AbortSignal;
  /**
   * Ends the job in the transaction in which it does its work: both happen, or neither. Throws, so that the transaction
   * rolls back, when another process has taken the job over. Return nothing afterwards.
   */
  finish(db: Db): Promise<void>;
};

/** Not over: run me again at a moment (ms since the epoch), with another payload if one is given. */
export type RunAgain<P> = { readonly runAt: number; readonly payload?: P };

/** Nothing when the job is done. What is thrown counts as a failed attempt. */
export type JobResult<P> = RunAgain<P> | undefined;

/** A kind with what is done for it, its payload's type gone. */
export type JobHandler = {
  readonly kind: Omit<JobKind<unknown>, 'payload'>;
  /** Reads a stored payload, and what is then to be done with it. */
  open(payload: string): JobWork | { readonly unreadable: string };
};
type JobWork = { run(context: JobContext): Promise<RunAgain<string> | undefined> };

/** Says what is done for jobs of a kind. Attempts may be repeated after any crash: make each step happen once by `context.id`. */
export function jobHandler<P>(
  { payload: schema, ...kind }: JobKind<P>,
  run: (payload: P, context: JobContext) => Promise<JobResult<P>>,
): JobHandler {
  return {
    kind,
    open: (text) => {
      const read = schema.safeParse(readJson(text));
      if (!read.success) {
        const issues = read.error.issues.map(({ path, message }) => `${path.join('.') || 'payload'}: ${message}`);
        return { unreadable: `its payload is not one of ${kind.name}: ${issues.join('; ')}` };
      }
      return {
        run: async (context) => {
          const result = await run(read.data, context);
          if (result === undefined) return undefined;
          return 'payload' in result
            ? { runAt: result.runAt, payload: JSON.stringify(result.payload) }
            : { runAt: result.runAt };
        },
      };
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
