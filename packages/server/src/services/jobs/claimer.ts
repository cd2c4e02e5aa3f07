import { claimJobs, handBackAll, type ClaimedJob } from '../../store/jobs/claims.ts';
import { within, type JobsDeps } from './jobs-deps.ts';

/** A claim that this process has made, and when it ends unless it is renewed. */
export type OwnJob = ClaimedJob & { readonly until: number };

/** Makes claims, and undoes those of which the database did not say whether they were made. */
export function openClaimer(deps: JobsDeps, kinds: () => readonly string[]) {
  const { database, now, options, fault } = deps;
  /** Batches of claims that may stand. */
  const doubtful = new Set<string>();
  let batches = 0;
  return {
    /** Claims those of the named jobs that are due; with `early`, those that wait for a later moment as well. */
    async claim(ids: readonly string[], early: boolean): Promise<readonly OwnJob[]> {
      const claimant = `${deps.nodeId}:${++batches}`;
      const until = now() + options.claimMs;
      const doubt = (): void => void doubtful.add(claimant);
      const claiming = claimJobs(database, { ids, kinds: kinds(), now: now(), until, claimant, early }, fault).then(
        (jobs) => {
          fault('claim:after-commit');
          return jobs;
        },
      );
      try {
        const jobs = await within(options.patienceMs, claiming);
        return jobs.map((job) => ({ ...job, until }));
      } catch (error) {
        doubt();
        // It may still be made when nobody waits for it any more.
        claiming.then(doubt, doubt);
        throw error;
      }
    },
    /** Hands back what was perhaps claimed: it is nobody's work here, and its attempt was none. */
    async handBackDoubtful(): Promise<void> {
      for (const claimant of doubtful) {
        await within(options.patienceMs, handBackAll(database.db, claimant, now()));
        doubtful.delete(claimant);
      }
    },
  };
}
