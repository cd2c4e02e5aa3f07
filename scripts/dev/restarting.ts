import type { Subprocess } from 'bun';

export type Restarting = {
  /** Stops the process and starts it anew; asked again meanwhile, once more afterwards. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Keeps one process running. One that ends by itself is not started again before the next `restart`: what is wrong with
 * it, an edit will put right. `ended` is told its exit code.
 */
export function keepRunning(start: () => Subprocess, ended: (code: number) => void): Restarting {
  let stopping = false;
  let current: Subprocess | undefined;
  let work = Promise.resolve();
  let asked = 0;

  const launch = (): void => {
    const child = start();
    current = child;
    void child.exited.then((code) => {
      if (current !== child) return;
      current = undefined;
      if (!stopping) ended(code);
    });
  };
  const halt = async (): Promise<void> => {
    const child = current;
    current = undefined;
    child?.kill('SIGTERM');
    await child?.exited;
  };
  launch();
  return {
    restart: () => {
      const turn = ++asked;
      work = work.then(async () => {
        // A later call does this one's work too.
        if (turn !== asked || stopping) return;
        await halt();
        if (!stopping) launch();
      });
      return work;
    },
    stop: async () => {
      stopping = true;
      await work;
      await halt();
    },
  };
}
