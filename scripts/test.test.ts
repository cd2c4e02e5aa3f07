// `npm test` and `.ci/run` as they are called, in a copy of this clone.

import { beforeAll, describe, expect, test } from 'bun:test';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { copyClone, isClone, run, type Outcome, temporaryFolders } from './testing.ts';

const temporaryFolder = temporaryFolders();

const lastLine = ({ output }: Outcome): string => output.trimEnd().split('\n').at(-1) ?? '';

describe.skipIf(!isClone)('npm test', () => {
  let copy = '';
  beforeAll(() => {
    copy = temporaryFolder('npm-test');
    copyClone(copy);
  }, 60_000);
  const npmTest = (...args: readonly string[]): Promise<Outcome> =>
    run(['node', path.join(copy, 'scripts/test.mjs'), ...args], copy);

  test('lets a file be that is not tracked, such as the README’s own tollgate.yaml', async () => {
    writeFileSync(path.join(copy, 'tollgate.yaml'), 'channels:\n    - {  name: "main"  }\n');
    writeFileSync(path.join(copy, 'notes.ts'), 'export   const mine =    1\n');
    expect(await npmTest('--only', 'format')).toMatchObject({ code: 0 });
  }, 60_000);

  test('fails on a tracked file that is not formatted, and names it', async () => {
    appendFileSync(path.join(copy, 'bench/report.ts'), '\nexport   const planted =    1\n');
    const outcome = await npmTest('--only', 'format');
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('bench/report.ts');
    expect(lastLine(outcome)).toBe('0 passed, 1 failed, 0 skipped');
  }, 60_000);

  test('--changed runs what the edited file can affect', async () => {
    // The two files of the first test are new, and the one of the second was edited.
    const { output } = await npmTest('--list', '--changed');
    const names = output.trim().split('\n');
    expect(names).toContain('types bench');
    expect(names).not.toContain('test wire');
    expect(names).not.toContain('types packages/console');
    const nothing = await npmTest('--list', '--changed', '--only', 'wire');
    expect(nothing).toEqual({ code: 0, output: '' });
  }, 60_000);

  test('--changed with nothing to do is no failure', async () => {
    const outcome = await npmTest('--changed', '--only', 'wire');
    expect(outcome.code).toBe(0);
    expect(lastLine(outcome)).toBe('0 passed, 0 failed, 0 skipped');
  }, 60_000);

  test('a file runs alone, with its sums', async () => {
    const outcome = await npmTest('packages/server/src/domain/decimal.test.ts', 'scripts/count-results.test.ts');
    expect(outcome.output).toContain('✓  test packages/server/src/domain/decimal.test.ts');
    expect(lastLine(outcome)).toMatch(/^[1-9]\d passed, 0 failed, 0 skipped$/);
    expect(await npmTest('README.md')).toMatchObject({ code: 1 });
  }, 60_000);

  test('an unknown option is a failure that says which there are', async () => {
    const outcome = await npmTest('--chnaged');
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('--changed');
  }, 60_000);

  test('.ci/run ends with the sums, and with the exit code of the tests', async () => {
    const good = await run([path.join(copy, '.ci/run'), '--only', 'clones'], copy);
    expect([good.code, lastLine(good)]).toEqual([0, '1 passed, 0 failed, 0 skipped']);
    const bad = await run([path.join(copy, '.ci/run'), '--only', 'clones', '--only', 'format'], copy);
    expect([bad.code, lastLine(bad)]).toEqual([1, '1 passed, 1 failed, 0 skipped']);
  }, 60_000);
});
