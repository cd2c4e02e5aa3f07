import { backOffMs } from '../../domain/job.ts';
import type { JobsDeps } from './jobs-deps.ts';

/** When this process looks at the table of jobs. */
export type Polls = {
  start(): void;
  /** Now; once more afterwards if a look is under way, which may have read too early. */
  now(): void;
  /** At a moment (ms since the epoch), or earlier. */
  at(moment: number): void;
  /** The last look failed. */
  failing(): boolean;
  /** No more; resolves when the one that is under way is over. */
  stop(): Promise<void>;
};

/** Looks one after the other; `poll` does one and returns the moment of the next. After a failure it waits, longer each time. */
export function openPolls({ now, random, options, log }: JobsDeps, poll: () => Promise<number>): Polls {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = Infinity;
  let polling: Promise<void> | undefined;
  let again = false;
  let failures = 0;
  let open = false;

  const at = (moment: number): void => {
    const present = now();
    const sooner = Math.min(moment, present + options.idleMs);
    if (!open || sooner >= next) return;
    next = sooner;
    clearTimeout(timer);
    timer = setTimeout(begin, Math.max(0, sooner - present));
    timer.unref();
  };

  const pollOnce = async (): Promise<void> => {
    try {
      const moment = await poll();
      failures = 0;
      at(again ? now() : moment);
    } catch (error) {
      failures++;
      if (failures === 1) log.error({ err: error }, 'jobs cannot be read; trying again');
      at(now() + backOffMs(failures, { firstMs: 250, maxMs: options.idleMs }, random()));
    }
    polling = undefined;
  };

  function begin(): void {
    clearTimeout(timer);
    next = Infinity;
    if (!open) return;
    again = polling !== undefined;
    polling ??= pollOnce();
  }

  return {
    start() {
      open = true;
      begin();
    },
    now: begin,
    at,
    failing: () => failures > 0,
    async stop() {
      open = false;
      clearTimeout(timer);
      await polling;
    },
  };
}
