import type { Settings } from '@tollgate/contract/settings';

/**
 * What waits in this process. Overload is judged by it, and never by a CPU percentage: a gateway at 100 % CPU that
 * answers in time is doing its job.
 */
export type Load = {
  openRequests: number;
  /** Request bodies kept for retries and answers not yet taken by clients. */
  bufferedBytes: number;
  /** Lateness of the event loop's last tick. */
  loopDelayMs: number;
  /** Upstreams read on after their client left. */
  drains: number;
  /** Requests that wait for a target to come back, or for a place on one. */
  waiting: number;
  /** Set once on SIGTERM. */
  shuttingDown: boolean;
};

export const emptyLoad = (): Load => ({
  openRequests: 0,
  bufferedBytes: 0,
  loopDelayMs: 0,
  drains: 0,
  waiting: 0,
  shuttingDown: false,
});

/** The limit that is spent, or undefined while there is room. The request that asks is counted in already. */
export function overloadedBy(load: Load, limits: Settings['overload']): string | undefined {
  if (load.openRequests > limits.maxOpenRequests) return 'open requests';
  if (load.bufferedBytes >= limits.maxBufferedBytes) return 'buffered bytes';
  if (load.loopDelayMs >= limits.maxLoopDelayMs) return 'event-loop delay';
  return undefined;
}
