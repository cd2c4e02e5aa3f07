import { ownCommand } from '../own-command.ts';

/**
 * Runs several workers that share the port, starts a dead one anew, and passes the stop on to all of them.
 * The kernel spreads connections over the listeners (SO_REUSEPORT).
 */
export async function supervise(workers: number, graceMs: number, say: (line: string) => void): Promise<number> {
  const command = ownCommand();
  if (command === undefined) throw new Error('workers are started by the main program only');
  const running = new Map<number, Bun.Subprocess>();
  let stopping = false;
  let done: (code: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => {
    done = resolve;
  });

  const start = (index: number, delayMs: number): void => {
    const startedAt = Date.now();
    const child = Bun.spawn([...command, 'serve', '--worker', `${index}`, '--supervisor', `${process.pid}`], {
      stdio: ['ignore', 'inherit', 'inherit'],
      onExit(_, code) {
        running.delete(index);
        if (stopping) {
          if (running.size === 0) done(0);
          return;
        }
        // One that dies as soon as it starts is started ever more slowly; one that had lived, at once.
        const next = Date.now() - startedAt > 10_000 ? 0 : Math.min(10_000, delayMs * 2 + 100);
        say(`worker ${index} ended with ${code ?? 'a signal'}; starting it again${next > 0 ? ` in ${next} ms` : ''}`);
        setTimeout(() => {
          if (!stopping) start(index, next);
        }, next);
      },
    });
    running.set(index, child);
  };
  for (let index = 0; index < workers; index++) start(index, 0);

  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    if (running.size === 0) return done(0);
    for (const child of running.values()) child.kill('SIGTERM');
    setTimeout(() => {
      for (const child of running.values()) child.kill('SIGKILL');
    }, graceMs + 10_000).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return finished;
}
