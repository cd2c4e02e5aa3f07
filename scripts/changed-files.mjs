// Which files differ from the main branch, for `npm test -- --changed`.

import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/**
 * Runs git in a folder and returns what it printed. Throws with git's own words when it fails, or is not there.
 *
 * @param {string} folder
 * @param {string[]} args
 * @returns {string}
 */
export function git(folder, ...args) {
  const answer = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (answer.status !== 0) {
    throw new Error(`git ${args[0]}: ${answer.error?.message ?? answer.stderr.trim()}`);
  }
  return answer.stdout;
}

/**
 * The paths in output of git that was asked for `-z`.
 *
 * @param {string} output
 */
export const pathsOf = (output) => output.split('\0').filter((file) => file !== '');

/** Where this branch left the main one. The shared main branch comes first: the local one may be old, or be this one. */
function mergeBase(folder, since) {
  const problems = [];
  for (const branch of since === undefined ? ['origin/main', 'main'] : [since]) {
    try {
      return git(folder, 'merge-base', 'HEAD', branch).trim();
    } catch (error) {
      problems.push(error.message);
    }
  }
  throw new Error(`What changed is not known. ${problems.join('; ')}`);
}

/**
 * Paths, from the root, of the files that differ from the merge base with main (or with `since`): committed, staged,
 * edited, deleted, or new and not ignored. A file that was renamed counts under both names.
 *
 * @param {string} folder The root of the repository.
 * @param {string} [since] Branch or commit to compare with instead of main.
 * @returns {string[]}
 */
export function changedFiles(folder, since) {
  const base = mergeBase(folder, since);
  const edited = git(folder, 'diff', '--name-only', '--no-renames', '-z', base);
  const fresh = git(folder, 'ls-files', '--others', '--exclude-standard', '-z');
  return [...new Set([...pathsOf(edited), ...pathsOf(fresh)])].sort((a, b) => (a < b ? -1 : 1));
}

/** Whether a folder is the root of a checkout: not of an unpacked archive, which may lie in a checkout of something else. */
function isCheckout(folder) {
  return realpathSync(git(folder, 'rev-parse', '--show-toplevel').trim()) === realpathSync(folder);
}

/**
 * Paths of the tracked files that are there; undefined where git knows nothing of this folder.
 *
 * @param {string} folder The root of the repository.
 * @returns {string[] | undefined}
 */
export function trackedFiles(folder) {
  try {
    if (!isCheckout(folder)) return undefined;
    // Deleted ones are tracked until that is staged.
    const gone = new Set(pathsOf(git(folder, 'ls-files', '--deleted', '-z')));
    return pathsOf(git(folder, 'ls-files', '-z')).filter((file) => !gone.has(file));
  } catch {
    return undefined;
  }
}
