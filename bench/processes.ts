import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** A process under measurement or in its service. */
export type Running = { readonly pid: number; readonly exited: Promise<number>; stop(): Promise<void> };

const taskset = Bun.which('taskset');

/** True when processes can be given a core each. */
export const pinned = taskset !== null && cpus().length > 1;

/** Starts a command on a core: 0 for what is measured, 1 for mock and load. */
export function start(core: 0 | 1, command: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = Bun.spawn(pin(core, command), {
    env: { ...surroundings(), ...env },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: process.env['BENCH_LOUD'] === undefined ? 'ignore' : 'inherit',
  });
  return {
    pid: child.pid,
    exited: child.exited,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

/** Runs a command to its end on a core and returns what it printed; throws with its complaint when it fails. */
export async function capture(
  core: 0 | 1,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = Bun.spawn(pin(core, command), {
    env: { ...surroundings(), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, complaint, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(' ').slice(0, 200)} exited with ${code}: ${complaint.slice(0, 500)}`);
  return out;
}

/** This process's environment without what would point the measured gateway at somebody's real data. */
function surroundings(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('TOLLGATE_') && !name.endsWith('_URL')) kept[name] = value;
  }
  return kept;
}

function pin(core: 0 | 1, command: readonly string[]): string[] {
  return pinned && taskset !== null ? [taskset, '-c', String(core), ...command] : [...command];
}

/** The process and everything it started. */
export function family(pid: number): readonly number[] {
  const found = [pid];
  for (const parent of found) {
    let tasks: string[] = [];
    try {
      tasks = [...new Bun.Glob('*/children').scanSync({ cwd: `/proc/${parent}/task` })];
    } catch {
      // It has ended.
    }
    for (const task of tasks) {
      for (const child of readProc(`/proc/${parent}/task/${task}`).split(' '))
        if (child !== '') found.push(Number(child));
    }
  }
  return found;
}

/** CPU time of a process tree in microseconds, user and system, children that have ended included. */
export function cpuMicros(pid: number): number {
  let ticks = 0;
  for (const one of family(pid)) {
    const text = readProc(`/proc/${one}/stat`);
    // The name in parentheses may contain anything, so fields are counted from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    for (const index of [11, 12, 13, 14]) ticks += Number(fields[index] ?? 0);
  }
  return ticks * 10_000;
}

/** Memory of a process tree in megabytes: resident, and proportional (shared pages divided among their users). */
export function memoryMb(pid: number): { readonly rss: number; readonly pss: number } {
  let [rss, pss] = [0, 0];
  for (const one of family(pid)) {
    const text = readProc(`/proc/${one}/smaps_rollup`);
    rss += Number(/^Rss: +(\d+)/m.exec(text)?.[1] ?? 0);
    pss += Number(/^Pss: +(\d+)/m.exec(text)?.[1] ?? 0);
  }
  return { rss: Math.round(rss / 102.4) / 10, pss: Math.round(pss / 102.4) / 10 };
}

/** From now on, {@link peakMb} counts anew. False where the kernel does not offer it. */
export function resetPeak(pid: number): boolean {
  try {
    for (const one of family(pid)) writeFileSync(`/proc/${one}/clear_refs`, '5');
    return true;
  } catch {
    return false;
  }
}

/** The most that a process tree was resident with since {@link resetPeak}, in megabytes. */
export function peakMb(pid: number): number {
  let peak = 0;
  for (const one of family(pid)) peak += Number(/^VmHWM:\s+(\d+)/m.exec(readProc(`/proc/${one}/status`))?.[1] ?? 0);
  return Math.round(peak / 102.4) / 10;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
}

/** A port nobody listens on at this moment. */
export function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = server;
  server.stop(true);
  return port;
}

/** Asks until an answer of any kind comes; returns the milliseconds it took, or throws after `limitMs`. */
export async function untilAnswered(ask: () => Promise<boolean>, limitMs: number): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < limitMs) {
    try {
      if (await ask()) return performance.now() - began;
    } catch {
      // Not listening yet.
    }
    await Bun.sleep(4);
  }
  throw new Error(`no answer within ${limitMs} ms`);
}

/** What the numbers were measured on. */
export function machine(): {
  readonly cpu: string;
  readonly cores: number;
  readonly bun: string;
  readonly kernel: string;
} {
  const kernel = existsSync('/proc/version') ? (readProc('/proc/version').split(' ')[2] ?? '') : process.platform;
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, bun: Bun.version, kernel };
}
