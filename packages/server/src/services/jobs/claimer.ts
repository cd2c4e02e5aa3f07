import { claimDueJobs, claimJobs, type ClaimedJob, type Wish } from '../../store/jobs/claiming.ts';
import { handBackAll } from '../../store/jobs/claims.ts';
import { within, type JobsDeps } from './jobs-deps.ts';

/** A claim that this process has made, and when it ends unless it is renewed. */
export type OwnJob = ClaimedJob & { readonly until: number };

type Terms = { readonly now: number; readonly until: number; readonly claimant: string };

/** Makes claims, and undoes those of which the database did not say whether they were made. */
export function openClaimer(deps: JobsDeps, kinds: () => readonly string[]) {
  const { database, now, options, fault } = deps;
  /** Batches of claims that may stand. */
  const doubtful = new Set<string>();
  let batches = 0;

  async function claim(at: number, make: (terms: Terms) => Promise<readonly ClaimedJob[]>): Promise<readonly OwnJob[]> {
    const claimant = `${deps.nodeId}:${++batches}`;
    const until = at + options.claimMs;
    const doubt = (): void => void doubtful.add(claimant);
    const claiming = make({ now: at, until, claimant }).then((jobs) => {
      fault('claim:after-commit');
      return jobs;
    });
    try {
      const jobs = await within(options.patienceMs, claiming);
      return jobs.map((job) => ({ ...job, until }));
    } catch (error) {
      doubt();
      // It may still be made when nobody waits for it any more.
      claiming.then(doubt, doubt);
      throw error;
    }
  }

  return {
    /** Claims a job by its id, though it waits for a later moment; undefined when it is another's, or over. */
    async claimNow(id: string): Promise<OwnJob | undefined> {
      const named = { ids: [id], kinds: kinds(), early: true };
      const [job] = await claim(now(), (terms) => claimJobs(database, { ...named, ...terms }, fault));
      return job;
    },
    /** Claims what is due at a moment, `without` some. */
    claimDue: (at: number, wishes: readonly Wish[], without: readonly string[]) =>
      claim(at, (terms) => claimDueJobs(database, { wishes, without, ...terms }, fault)),
    /** Hands back what was perhaps claimed: it is nobody's work here, and its attempt was none. */
    async handBackDoubtful(): Promise<void> {
      for (const claimant of doubtful) {
        await within(options.patienceMs, handBackAll(database.db, claimant, now()));
        doubtful.delete(claimant);
      }
    },
  };
}
