// What git runs before a commit: format, lint and types of what is staged, and of nothing else. The staged files are
// written into a folder of git's own, so that an edit, or a file, that was not added cannot make a broken commit pass.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { installedBun, root } from './bootstrap.mjs';
import { git, pathsOf } from './changed-files.mjs';
import { linkPackages } from './link-packages.mjs';
import { runSteps } from './run-steps.mjs';
import { allSteps, canAffect, codeFiles, tool } from './steps.mjs';

const say = (line) => process.stderr.write(`${line}\n`);

/** Files that decide how others are linted. */
const lintRules = /^\.oxlintrc\.json$|^tsconfig\.base\.json$|^scripts\/lint\//;

/** Writes the staged files into `tree`. */
function writeStaged(tree) {
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  git(root, 'checkout-index', '--all', `--prefix=${tree}/`);
  linkPackages(tree);
}

/** The steps of `npm test` that look at code without running it, narrowed to the staged files. */
function checks(bun, staged, present, cache) {
  const narrowed = (step) => {
    if (step.name === 'format') {
      if (present.length === 0) return undefined;
      const [command, args] = tool(bun, 'oxfmt', '--check', '--no-error-on-unmatched-pattern', ...present);
      return { ...step, command, args };
    }
    if (step.name === 'lint') {
      const files = staged.some((file) => lintRules.test(file)) ? [] : present.filter((file) => codeFiles.test(file));
      if (files.length === 0 && !staged.some((file) => lintRules.test(file))) return undefined;
      return { ...step, args: [...step.args, '--no-error-on-unmatched-pattern', ...files] };
    }
    if (!step.name.startsWith('types ')) return undefined;
    const memory = path.join(cache, `${step.name.replaceAll(/\W+/g, '-')}.tsbuildinfo`);
    return { ...step, args: [...step.args, '--incremental', '--tsBuildInfoFile', memory] };
  };
  return allSteps(bun, cache)
    .filter((step) => staged.some((file) => canAffect(step, file)))
    .map(narrowed)
    .filter((step) => step !== undefined);
}

async function main() {
  const staged = pathsOf(git(root, 'diff', '--cached', '--name-only', '--no-renames', '-z'));
  if (staged.length === 0) return;
  const bun = installedBun();
  if (bun === undefined) {
    say('pre-commit: the packages are not installed, so nothing was checked (node scripts/bootstrap.mjs)');
    return;
  }
  const home = path.join(path.resolve(root, git(root, 'rev-parse', '--git-dir').trim()), 'tollgate-pre-commit');
  const tree = path.join(home, 'staged');
  const cache = path.join(home, 'types');
  mkdirSync(cache, { recursive: true });
  writeStaged(tree);
  const present = staged.filter((file) => existsSync(path.join(tree, file)));
  const started = performance.now();
  const steps = checks(bun, staged, present, cache).map((step) => ({ ...step, cwd: tree }));
  const told = [];
  const total = await runSteps(steps, {
    jobs: Math.min(4, availableParallelism()),
    say: (line) => told.push(line),
    environment: async () => ({}),
  });
  if (total.failed === 0) {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`pre-commit: ${steps.map(({ name }) => name).join(', ') || 'nothing to check'} (${seconds} s)`);
    return;
  }
  for (const line of told.filter((text) => !text.startsWith('✓'))) say(line);
  say('pre-commit: nothing was committed. `npm run format` formats; `git commit --no-verify` commits anyway.');
  process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  // Whoever commits is not to be stopped by a fault of this script.
  say(`pre-commit: nothing was checked. ${error.message}`);
}
