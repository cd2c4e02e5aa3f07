import { afterAll } from 'bun:test';
import { appendFileSync, cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bootstrap, root } from './bootstrap.mjs';
import { git, pathsOf, trackedFiles } from './changed-files.mjs';
import { linkPackages } from './link-packages.mjs';

/** Whether this is a clone: tests that need its history are skipped in an unpacked archive, visibly. */
export const isClone = trackedFiles(root) !== undefined;

/** Makes temporary folders, under their real paths, that are removed after the tests of the file that called this. */
export function temporaryFolders(): (name: string) => string {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return (name) => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `tollgate-${name}-`)));
    folders.push(folder);
    return folder;
  };
}

/** git with an author and without anything that is configured on this machine. Returns what it printed. */
export function gitIn(folder: string, ...args: readonly string[]): string {
  const settings = { 'user.name': 'Test', 'user.email': 'test@example.com', 'init.defaultBranch': 'main' };
  return git(folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]), ...args);
}

/** Puts a copy of this clone's files, as they stand, into an empty folder, with packages and one commit on `main`. */
export function copyClone(copy: string): void {
  bootstrap();
  const fresh = pathsOf(git(root, 'ls-files', '--others', '--exclude-standard', '-z'));
  for (const file of [...(trackedFiles(root) ?? []), ...fresh]) cpSync(path.join(root, file), path.join(copy, file));
  linkPackages(copy);
  gitIn(copy, 'init', '--quiet');
  // Ignored as folders, but these are links.
  appendFileSync(path.join(copy, '.git/info/exclude'), 'node_modules\n.tools\n');
  gitIn(copy, 'add', '--all');
  gitIn(copy, 'commit', '--quiet', '--no-verify', '--message', 'Begin');
}

export type Outcome = { readonly code: number; readonly output: string };

/** The caller's environment without what git, an outer run of the tests, or a builder set. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const foreign = /^(GIT_|TOLLGATE_|CI$|npm_)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])), ...more };
}

/** Runs a command to its end. */
export async function run(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = Bun.spawn([...command], { cwd, env: plainEnvironment(env), stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, output: out + err };
}
