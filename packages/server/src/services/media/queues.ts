import type { Database } from '../../store/database.ts';
import { mediaTaskRepository, type TaskQueue } from '../../store/media-tasks.ts';

/** Of a task that is asked after nothing has been heard for so long when it is called stuck. */
const silentMs = 600_000;

/** What each channel has begun and not ended, the longest queue first. */
export const mediaQueues = (database: Database, now: number): Promise<readonly TaskQueue[]> =>
  mediaTaskRepository.queues(database.db, now - silentMs);
