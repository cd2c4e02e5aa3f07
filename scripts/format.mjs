// Formats the repository, or checks that it is formatted:
//
//   node scripts/format.mjs            formats what is tracked, and what is new and not ignored
//   node scripts/format.mjs --check    fails when a tracked file is not formatted
//
// The check leaves alone what is not tracked: a configuration file or a note in the clone is nobody's business.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bootstrap, root } from './bootstrap.mjs';
import { git, pathsOf, trackedFiles } from './changed-files.mjs';
import { tool } from './steps.mjs';

/** Command lines stay below the limit of every system. */
const mostFiles = 400;

/** The formatter's exit code over all files, which may be too many for one command. */
function format(bun, mode, files) {
  // Files that its configuration leaves out are no mistake.
  const flags = [mode, '--no-error-on-unmatched-pattern'];
  const parts = files === undefined ? [[]] : [];
  for (let index = 0; files !== undefined && index < files.length; index += mostFiles) {
    parts.push(files.slice(index, index + mostFiles));
  }
  let worst = 0;
  for (const part of parts) {
    const [command, args] = tool(bun, 'oxfmt', ...flags, ...part);
    worst = Math.max(worst, spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1);
  }
  return worst;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const bun = bootstrap();
    const check = process.argv.includes('--check');
    // An unpacked archive has nothing but what was tracked.
    const tracked = trackedFiles(root);
    const fresh = () => pathsOf(git(root, 'ls-files', '--others', '--exclude-standard', '-z'));
    const files = check || tracked === undefined ? tracked : [...tracked, ...fresh()];
    process.exitCode = format(bun, check ? '--check' : '--write', files);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
