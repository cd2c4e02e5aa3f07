// Makes git run the hooks of scripts/git-hooks, where that is welcome.

import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

import { git } from './changed-files.mjs';

const hooks = 'scripts/git-hooks';

/** Hooks that somebody put into this clone; git's own samples do nothing. */
function ownHooks(folder) {
  try {
    const place = path.resolve(folder, git(folder, 'rev-parse', '--git-path', 'hooks').trim());
    return readdirSync(place).filter((name) => !name.endsWith('.sample'));
  } catch {
    return [];
  }
}

function hooksPath(folder) {
  try {
    return git(folder, 'config', '--get', 'core.hooksPath').trim();
  } catch {
    return '';
  }
}

/**
 * Sets `core.hooksPath` of a fresh clone. Left alone are machines that build (`CI` is set), folders that are no clone,
 * clones with hooks of their own, and linked worktrees, which would set it for the clone that somebody else keeps.
 * Never throws: what is installed works without hooks.
 *
 * @param {string} folder The root of the repository.
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function useGitHooks(folder, env = process.env) {
  if (env.CI) return;
  try {
    const [top, own, common] = git(folder, 'rev-parse', '--show-toplevel', '--git-dir', '--git-common-dir')
      .trim()
      .split('\n');
    if (realpathSync(top) !== realpathSync(folder)) return;
    if (path.resolve(folder, own) !== path.resolve(folder, common)) return;
    if (hooksPath(folder) !== '' || ownHooks(folder).length > 0) return;
    git(folder, 'config', '--local', 'core.hooksPath', hooks);
  } catch {
    // No git, or no clone.
  }
}
