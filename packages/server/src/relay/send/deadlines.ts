/**
 * Something that must not last beyond `at`, on the monotonic clock: one that is set while requests are open must neither
 * end nor prolong them. `at` may be moved while it is watched.
 */
export type Deadline = { at: number; expire(): void };

/** Watches many deadlines with one timer: a timer for each request would cost more than the check. */
export type Deadlines = {
  watch(deadline: Deadline): void;
  forget(deadline: Deadline): void;
  /** Expires everything now (shutdown). */
  expireAll(): void;
  close(): void;
};

const resolutionMs = 50;

/**
 * Deadlines with a resolution of 50 ms. `onTick` is told how late each tick came, which is the event-loop delay.
 */
export function openDeadlines(now: () => number, onTick: (lateMs: number) => void): Deadlines {
  const watched = new Set<Deadline>();
  let expected = now() + resolutionMs;
  const expire = (deadline: Deadline): void => {
    watched.delete(deadline);
    deadline.expire();
  };
  const timer = setInterval(() => {
    const at = now();
    onTick(Math.max(0, at - expected));
    expected = at + resolutionMs;
    for (const deadline of watched) if (deadline.at <= at) expire(deadline);
  }, resolutionMs);
  return {
    watch: (deadline) => void watched.add(deadline),
    forget: (deadline) => void watched.delete(deadline),
    expireAll: () => watched.forEach(expire),
    close: () => clearInterval(timer),
  };
}
