import type { Database } from '../../store/database.ts';

export type JobsOptions = {
  /** A claim that is not renewed for so long is anybody's. Longer than clocks of two machines may differ. */
  readonly claimMs: number;
  /** The time between two looks at the table when there was nothing to do: at first twice this … */
  readonly firstIdleMs: number;
  /** … then twice as long each time, up to this. */
  readonly idleMs: number;
  /** What comes due within so long is claimed together. */
  readonly gatherMs: number;
  /** A database that does not answer is asked again after so long. */
  readonly patienceMs: number;
  /** How long a job that was told to stop is waited for. */
  readonly stopGraceMs: number;
};

export const jobsDefaults: JobsOptions = {
  claimMs: 90_000,
  firstIdleMs: 250,
  idleMs: 15_000,
  gatherMs: 40,
  patienceMs: 30_000,
  stopGraceMs: 1000,
};

export type JobsDeps = {
  readonly database: Database;
  /** Names this process in its claims. */
  readonly nodeId: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: {
    warn(fields: Readonly<Record<string, unknown>>, message: string): void;
    error(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
  readonly options: JobsOptions;
  /** Called at named points, so that tests can stop the process there. */
  readonly fault: (point: string) => void;
};

/** What `openJobs` is given. */
export type OpenJobsDeps = Omit<JobsDeps, 'options' | 'fault'> &
  Partial<Pick<JobsDeps, 'fault'>> & { readonly options?: Partial<JobsOptions> };

/** Rejects when `work` does not end in time; the work itself goes on. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the database did not answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
