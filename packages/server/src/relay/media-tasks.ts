import type { BackgroundJob } from '../domain/background-job.ts';
import type { MediaTask } from '../domain/media-task.ts';
import type { Hold } from '../services/ledger/types.ts';
import type { TaskPage } from '../store/media-tasks.ts';

/**
 * Videos and the like, which vendors make while nobody waits. What each may cost is reserved, and it is written down with a job that
 * asks after it, before its client is told of it; it is charged once when it is done, and costs nothing when it fails.
 */
export type MediaTasks = {
  /** Writes down that a vendor is about to be asked for a task, and reserves what it may cost. Rejects when that cannot be done. */
  intend(task: MediaTask, job: BackgroundJob, hold: Hold): Promise<void>;
  /** Has a task looked after from here on that its vendor has begun. Rejects when that cannot be written down. */
  take(task: MediaTask, job: BackgroundJob): Promise<void>;
  /** Forgets one that nobody has begun. */
  drop(id: string): Promise<void>;
  /** Has a task asked after at once, by whichever process comes to it. */
  hasten(id: string): Promise<void>;
  /** This process, as others see whether it lives. */
  readonly process: string;
  find(userId: string, id: string): Promise<MediaTask | undefined>;
  /** Those of the owner's that are named. */
  named(userId: string, ids: readonly string[]): Promise<readonly MediaTask[]>;
  /** Whoever's it is; for what anybody may see who knows its name. */
  findAny(id: string): Promise<MediaTask | undefined>;
  /** Whether a person is no member of a team (any more), whose provider key made what they began. */
  hasLeft(teamId: string, userId: string): Promise<boolean>;
  /** One that a channel is making, by its vendor's name of it. */
  findOpen(channelId: string, vendorId: string): Promise<MediaTask | undefined>;
  /** `limit + 1` of them when there are more. */
  list(userId: string, page: TaskPage): Promise<readonly MediaTask[]>;
  /** Notes that its owner has given a task up: its vendor was asked to since a moment (ms since the epoch). */
  noteCancelled(id: string, since: number): Promise<void>;
  /** Forgets a task that is over; false when there is none. */
  remove(userId: string, id: string): Promise<boolean>;
};
