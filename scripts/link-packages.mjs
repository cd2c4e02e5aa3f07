// Gives a copy of the repository's files the packages that are installed here, in a few milliseconds.

import { cpSync, existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { root, workspaces } from './bootstrap.mjs';

/** Caches that tools keep beside the packages. */
const caches = ['.vite', '.vite-temp', '.cache'];

/**
 * Links the installed packages, and the Bun of this clone, into a folder that holds a copy of the files. Packages of the
 * workspaces stay those of the copy: Bun links them by relative paths, which are taken over as they are.
 *
 * @param {string} copy
 */
export function linkPackages(copy) {
  for (const name of ['node_modules', '.tools']) {
    if (existsSync(path.join(root, name))) symlinkSync(path.join(root, name), path.join(copy, name), 'junction');
  }
  for (const folder of workspaces()) {
    const from = path.join(root, folder, 'node_modules');
    if (!existsSync(from) || !existsSync(path.join(copy, folder))) continue;
    cpSync(from, path.join(copy, folder, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !caches.includes(path.basename(file)),
    });
  }
}
