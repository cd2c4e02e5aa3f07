// Which files of the repository some files lead to, by what stands in them.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { root } from './bootstrap.mjs';

const isCode = (file) => /\.[cm]?[jt]sx?$/.test(file);

/**
 * What a source file names: the modules it imports and, unless `onlyImports`, files that it may read or run, by paths
 * from its own folder or from the root.
 */
function namedBy(file, onlyImports) {
  const text = readFileSync(path.join(root, file), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const all = (pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
  const beside = onlyImports
    ? all(/(?:from|import)\s*\(?\s*['"](\.\.?\/[^'"\n]+)['"]/g)
    : all(/['"`](\.\.?\/[^'"`$\n]*)['"`]/g);
  const fromRoot = onlyImports ? [] : all(/['"`]((?:packages|bench|e2e|scripts|docs|bin|docker)\/[^'"`$\n]*)['"`]/g);
  const workspaces = [...text.matchAll(/['"]@tollgate\/([a-z]+)(?:\/([^'"]+))?['"]/g)].map(
    ([, name, module = 'index']) => `packages/${name}/src/${module}.ts`,
  );
  return [...beside.map((name) => path.relative(root, path.resolve(root, path.dirname(file), name))), ...fromRoot]
    .concat(workspaces)
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => {
      const there = path.join(root, name);
      return !name.startsWith('..') && existsSync(there) && statSync(there).isFile();
    });
}

/**
 * The given files, every file that they name, every file that those name, and so on.
 *
 * @param {readonly string[]} files Paths from the root, with slashes.
 * @param {{ onlyImports?: boolean }} [options] Whether only modules count, not files that are read or run.
 * @returns {Set<string>}
 */
export function reachableFrom(files, { onlyImports = false } = {}) {
  const found = new Set(files);
  for (const file of found) {
    if (isCode(file)) for (const other of namedBy(file, onlyImports)) found.add(other);
  }
  return found;
}

/** Every file of a folder outside of node_modules; a file is its own. Absolute paths. */
export function filesOf(place) {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? filesOf(path.join(place, entry.name)) : [path.join(place, entry.name)]));
}
