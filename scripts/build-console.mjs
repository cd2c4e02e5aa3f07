// Builds the console with Vite when its sources are newer than the last build.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bootstrap, root } from './bootstrap.mjs';

const folder = path.join(root, 'packages', 'console');
const stamp = path.join(folder, 'dist', '.built-from');

/** One line per source file with its size and time: cheap, and different whenever a file is edited, added or gone. */
function sources() {
  const hash = createHash('sha256');
  const visit = (file) => {
    const { mtimeMs, size } = statSync(file);
    if (!statSync(file).isDirectory()) {
      hash.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(file).sort()) {
      if (name !== 'node_modules' && name !== 'dist') visit(path.join(file, name));
    }
  };
  visit(folder);
  visit(path.join(root, 'packages', 'contract', 'src'));
  visit(path.join(root, 'bun.lock'));
  return hash.digest('hex');
}

/** Returns 'built', 'fresh' (nothing to do) or 'absent' (there is no console in this checkout). */
export function buildConsole(bun, { say = (line) => process.stderr.write(`${line}\n`), force = false } = {}) {
  if (!existsSync(path.join(folder, 'index.html'))) return 'absent';
  const now = sources();
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return 'fresh';
  say('Building the console …');
  rmSync(stamp, { force: true });
  const vite = path.join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  // Vite runs on Bun here: the Node in front may be older than the one it asks for.
  const answer = spawnSync(bun, ['--bun', vite, 'build', '--logLevel', 'warn'], { cwd: folder, encoding: 'utf8' });
  if (answer.status !== 0) {
    throw new Error(`The console could not be built.\n${answer.error?.message ?? ''}${answer.stdout}${answer.stderr}`);
  }
  writeFileSync(stamp, now);
  return 'built';
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const outcome = buildConsole(bootstrap(), { force: process.argv.includes('--force') });
    process.stdout.write(`console: ${outcome}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
