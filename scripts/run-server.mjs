// Runs a program as if this process had become it: signals reach it, its exit becomes ours, and it never outlives us.

import { spawn } from 'node:child_process';
import path from 'node:path';

import { root } from './bootstrap.mjs';

const leash = path.join(root, 'scripts', 'leash.mjs');

/** Runs the server's `main.ts` with the given Bun and arguments; as {@link runProgram}. */
export function runServer(bun, args, options) {
  runProgram(bun, [path.join(root, 'packages', 'server', 'src', 'main.ts'), ...args], options);
}

/**
 * Runs a program with the given Bun, then exits with its exit code. `hold: true` for one that serves: it is stopped when
 * this process or the npm in front of it disappears without a word.
 *
 * @param {string} bun
 * @param {string[]} program Its file and arguments.
 * @param {{ hold?: boolean }} [options]
 */
export function runProgram(bun, program, { hold = false } = {}) {
  const child = spawn(bun, [...(hold ? [`--preload=${leash}`] : []), ...program], { stdio: 'inherit' });

  // A terminal sends Ctrl-C to the whole group, so the program has it already; a second one would mean "now, not later".
  const fromTerminal = process.stdin.isTTY === true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => {
      if (!(fromTerminal && signal === 'SIGINT')) child.kill(signal);
    });
  }

  if (hold && process.env.npm_lifecycle_event !== undefined) {
    // Killed outright, npm says nothing to its script: the script is merely given to another parent.
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 500).unref();
  }

  child.on('error', (error) => {
    process.stderr.write(`Could not start ${bun}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // Dead by a signal: die of the same one, so that the caller sees it too.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(1), 1000);
  });
}
