import { expect, test } from 'bun:test';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { changedFiles, trackedFiles } from './changed-files.mjs';
import { gitIn, temporaryFolders } from './testing.ts';

const temporaryFolder = temporaryFolders();

const repository = (): { folder: string; write: (file: string, text: string) => void; commit: () => void } => {
  const folder = temporaryFolder('changed');
  const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
  const commit = (): void => {
    gitIn(folder, 'add', '--all');
    gitIn(folder, 'commit', '--quiet', '--message', 'Change');
  };
  gitIn(folder, 'init', '--quiet');
  write('.gitignore', 'ignored\n');
  for (const name of ['a', 'b', 'c', 'd', 'on-main']) write(name, `${name}\n`.repeat(20));
  commit();
  return { folder, write, commit };
};

test('what changed is what differs from where the branch left main, in whatever state', () => {
  const { folder, write, commit } = repository();
  gitIn(folder, 'checkout', '--quiet', '-b', 'work');
  write('a', 'committed');
  commit();
  gitIn(folder, 'checkout', '--quiet', 'main');
  write('on-main', 'changed by somebody else');
  commit();
  gitIn(folder, 'checkout', '--quiet', 'work');
  write('b', 'staged');
  gitIn(folder, 'add', 'b');
  renameSync(path.join(folder, 'c'), path.join(folder, 'ç new'));
  rmSync(path.join(folder, 'd'));
  write('ignored', 'of no interest');
  expect(changedFiles(folder)).toEqual(['a', 'b', 'c', 'd', 'ç new']);
});

test('on main itself, what the shared main does not have', () => {
  const { folder, write, commit } = repository();
  gitIn(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  write('a', 'committed, and not pushed');
  commit();
  expect(changedFiles(folder)).toEqual(['a']);
  expect(changedFiles(folder, 'HEAD')).toEqual([]);
});

test('without a main branch it is said that nothing is known', () => {
  const { folder } = repository();
  gitIn(folder, 'branch', '--move', 'other');
  expect(() => changedFiles(folder)).toThrow('What changed is not known');
});

test('tracked files are those that are there', () => {
  const { folder, write } = repository();
  rmSync(path.join(folder, 'a'));
  write('new', '');
  expect(trackedFiles(folder)).toEqual(['.gitignore', 'b', 'c', 'd', 'on-main']);
});

test('an archive that was unpacked in a clone of something else has no tracked files', () => {
  const { folder } = repository();
  const inner = path.join(folder, 'archive');
  mkdirSync(inner);
  expect(trackedFiles(inner)).toBeUndefined();
  expect(trackedFiles(temporaryFolder('no-clone'))).toBeUndefined();
});
