/** How long this process has been awake and in touch with the database, which says what it may do and whom it may judge. */
export type Pulse = {
  /** The heartbeat that was written down at `at`, in ms since the epoch. */
  beat(at: number): void;
  /** The database could not be reached. */
  failed(): void;
  /** Others do not take this process for dead yet. */
  trusted(at: number): boolean;
  /**
   * After an outage, or the sleep of a machine, everybody's heartbeat looks old, one's own too; only who has beaten without a pause
   * for a while may say that others are dead.
   */
  mayJudge(at: number): boolean;
};

const steadyMs = 30_000;

/** `leaseTtlMs` is how long others wait for a sign of life. */
export function openPulse(
  now: () => number,
  { heartbeatMs, leaseTtlMs }: { readonly heartbeatMs: number; readonly leaseTtlMs: number },
): Pulse {
  const pauseMs = 10 * heartbeatMs;
  let last = now();
  let steadySince = now();
  return {
    beat(at) {
      if (at - last > pauseMs) steadySince = at;
      last = at;
    },
    failed() {
      steadySince = now();
    },
    trusted: (at) => at - last < leaseTtlMs * 0.9,
    mayJudge: (at) => at - last < pauseMs && at - steadySince > Math.min(steadyMs, leaseTtlMs),
  };
}
