type Failed = (error: unknown, message: string) => void;

/** Logs a failure that repeats several times a second once in five seconds. */
export function errorThrottle(
  log: { error(fields: Readonly<Record<string, unknown>>, message: string): void },
  now: () => number,
): Failed {
  const last = new Map<string, number>();
  return (error, message) => {
    const at = now();
    if (at - (last.get(message) ?? 0) < 5000) return;
    last.set(message, at);
    log.error({ err: error }, message);
  };
}

/** Work that runs again some time after it ended, until stopped. */
export function loops(failed: Failed) {
  let stopped = false;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const running = new Set<Promise<void>>();
  const every = (ms: number, message: string, work: () => Promise<void>): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const run = work()
        .catch((error: unknown) => failed(error, message))
        .finally(() => {
          running.delete(run);
          if (!stopped) every(ms, message, work);
        });
      running.add(run);
    }, ms);
    timers.add(timer);
  };
  return {
    every,
    stop: async (): Promise<void> => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
