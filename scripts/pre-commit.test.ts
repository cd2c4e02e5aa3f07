// Commits with the hook in force, in a copy of this clone.

import { beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { copyClone, gitIn, isClone, run, temporaryFolders, type Outcome } from './testing.ts';
import { useGitHooks } from './use-git-hooks.mjs';

const temporaryFolder = temporaryFolders();

const good = 'export const planted = 1;\n';

describe.skipIf(!isClone)('the hook before a commit', () => {
  let copy = '';
  const file = (): string => path.join(copy, 'scripts/planted.ts');
  const commit = (): Promise<Outcome> =>
    run(['git', '-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--message', 'Plant'], copy);
  const stage = (text: string): void => {
    writeFileSync(file(), text);
    gitIn(copy, 'add', '--all');
  };
  beforeAll(() => {
    copy = temporaryFolder('pre-commit');
    copyClone(copy);
    useGitHooks(copy, {});
  }, 60_000);

  test.each([
    ['format', 'export const planted   =   1\n', 'scripts/planted.ts'],
    ['lint', 'export const planted: any = 1;\n', 'no-explicit-any'],
    ['types scripts', "export const planted: number = 'one';\n", 'TS2322'],
  ])(
    'stops what breaks %s, and says why',
    async (name, text, why) => {
      stage(text);
      const outcome = await commit();
      expect(outcome.code).not.toBe(0);
      expect(outcome.output).toContain(`✗  ${name}`);
      expect(outcome.output).toContain(why);
    },
    60_000,
  );

  test('looks at what is staged: an edit that was not added neither breaks nor repairs a commit', async () => {
    stage(good);
    writeFileSync(file(), 'export const planted: any   = 1\n');
    expect(await commit()).toMatchObject({ code: 0 });

    stage("export { other as planted } from './other.ts';\n");
    gitIn(copy, 'reset', '--quiet', '--', 'scripts/other.ts');
    writeFileSync(path.join(copy, 'scripts/other.ts'), 'export const other = 1;\n');
    const forgotten = await commit();
    expect(forgotten.code).not.toBe(0);
    expect(forgotten.output).toContain("Cannot find module './other.ts'");
    rmSync(path.join(copy, 'scripts/other.ts'));
  }, 60_000);

  test('lets a file go, and a page that no check reads pass', async () => {
    rmSync(file());
    gitIn(copy, 'add', '--all');
    expect(await commit()).toMatchObject({ code: 0 });
    writeFileSync(path.join(copy, 'LICENSE'), 'Do as you like.\n');
    gitIn(copy, 'add', '--all');
    expect(await commit()).toMatchObject({ code: 0 });
  }, 60_000);
});

describe('hooks are set', () => {
  const clone = (): string => {
    const folder = temporaryFolder('hooks');
    gitIn(folder, 'init', '--quiet');
    return folder;
  };
  const hooksOf = (folder: string): string => {
    try {
      return gitIn(folder, 'config', '--local', '--get', 'core.hooksPath').trim();
    } catch {
      return '';
    }
  };

  test('in a fresh clone', () => {
    const folder = clone();
    useGitHooks(folder, {});
    expect(hooksOf(folder)).toBe('scripts/git-hooks');
  });

  test('not where CI builds', () => {
    const folder = clone();
    useGitHooks(folder, { CI: 'true' });
    expect(hooksOf(folder)).toBe('');
  });

  test('not over somebody’s own', () => {
    const set = clone();
    gitIn(set, 'config', 'core.hooksPath', 'elsewhere');
    useGitHooks(set, {});
    expect(hooksOf(set)).toBe('elsewhere');
    const written = clone();
    mkdirSync(path.join(written, '.git/hooks'), { recursive: true });
    writeFileSync(path.join(written, '.git/hooks/pre-push'), '#!/bin/sh\n');
    useGitHooks(written, {});
    expect(hooksOf(written)).toBe('');
  });

  test('not from a linked worktree, nor in an archive inside another clone, nor without git', () => {
    const folder = clone();
    writeFileSync(path.join(folder, 'file'), '');
    gitIn(folder, 'add', '--all');
    gitIn(folder, 'commit', '--quiet', '--message', 'Begin');
    const linked = path.join(temporaryFolder('linked'), 'tree');
    gitIn(folder, 'worktree', 'add', '--quiet', linked);
    useGitHooks(linked, {});
    const inner = path.join(folder, 'archive');
    mkdirSync(inner);
    useGitHooks(inner, {});
    expect(hooksOf(folder)).toBe('');
    useGitHooks(temporaryFolder('no-clone'), {});
  });
});
