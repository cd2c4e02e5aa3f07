import { openObjects, type ObjectsOptions } from '../../endpoints/files/open-objects.ts';
import { openBackground, type BackgroundOptions } from '../../endpoints/stored-responses/open-background.ts';
import { openVideos, type VideosOptions } from '../../endpoints/videos/open-videos.ts';
import type { JobsOptions } from '../../services/jobs/jobs-deps.ts';
import { testJobs } from '../../services/jobs/testing/jobs.ts';
import type { RelayDeps } from '../deps.ts';
import type { TestBooks } from './books.ts';

export type ProcessOptions = {
  readonly background?: Partial<Omit<BackgroundOptions, 'database' | 'jobs'>>;
  readonly videos?: Partial<Omit<VideosOptions, 'database' | 'jobs'>>;
  readonly objects?: Partial<Omit<ObjectsOptions, 'database' | 'jobs'>>;
  readonly jobs?: Partial<JobsOptions>;
};

/** Waits for the database however long it takes. */
export const patient = <T>(work: Promise<T>): Promise<T> => work;

/** What one process of a gateway goes on with after its clients were answered, and the jobs that look after that. */
export function openTestProcess(
  deps: () => RelayDeps,
  { database, nodeId }: Pick<TestBooks, 'database' | 'nodeId'>,
  options: ProcessOptions,
) {
  const jobs = testJobs(database, {
    now: () => deps().clock.now(),
    ...(options.jobs && { options: options.jobs }),
  });
  const shared = { database, jobs, promptly: patient };
  const background = openBackground(deps, { ...shared, ...options.background });
  const objects = openObjects(deps, { ...shared, ...options.objects });
  const videos = openVideos(deps, { ...shared, process: nodeId, ...options.videos });
  return {
    jobs,
    background,
    videos,
    objects,
    start() {
      jobs.start([...background.handlers, ...videos.handlers, ...objects.handlers]);
      background.adopt().catch((error: unknown) => console.error(error));
    },
  };
}
