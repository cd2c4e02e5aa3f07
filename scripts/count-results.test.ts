// The sums of `npm test`, taken from real runs of Bun: nothing that went wrong may count for nothing.

import { afterAll, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { countsOf } from './count-results.mjs';

const folder = await mkdtemp(path.join(tmpdir(), 'tollgate-counts-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const passes = `test('p', () => {});\n`;
const fails = `test('f', () => {\n  throw new Error('planted');\n});\n`;
const skips = `test.skip('s', () => {});\ntest.todo('t');\n`;

const cases: readonly (readonly [name: string, source: string, passed: number, failed: number, skipped: number])[] = [
  ['only passes', passes, 1, 0, 0],
  ['passes, failures and skips', passes + fails + skips, 1, 1, 2],
  ['nothing but skips', skips, 0, 0, 2],
  ['a file that does not load', `import './absent.ts';\n${passes}`, 0, 1, 0],
  [
    'a failing hook',
    `import { beforeAll } from 'bun:test';\nbeforeAll(() => {\n  throw new Error('x');\n});\n${passes}`,
    0,
    1,
    0,
  ],
  ['a crash in the middle', `${passes}test('c', () => process.exit(3));\n`, 0, 1, 0],
  ['a silent end in the middle', `${passes}test('c', () => process.exit(0));\n`, 0, 1, 0],
  ['no test at all', `export {};\n`, 0, 1, 0],
];

for (const [index, [name, source, passed, failed, skipped]] of cases.entries()) {
  test(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`, async () => {
    const file = path.join(folder, `case-${index}.test.ts`);
    const report = path.join(folder, `case-${index}.xml`);
    await writeFile(file, `import { test } from 'bun:test';\n${source}`);
    const run = Bun.spawn([process.execPath, 'test', '--reporter=junit', `--reporter-outfile=${report}`, file], {
      cwd: folder,
      stdout: 'ignore',
      stderr: 'ignore',
    });
    const code = await run.exited;
    const counts = countsOf({ report }, { code, timedOut: false });
    expect(counts.failed > 0).toBe(failed > 0);
    if (failed === 0 || passed > 0) expect(counts).toEqual({ passed, failed, skipped });
  });
}

test('a check counts as one', () => {
  expect(countsOf({}, { code: 0, timedOut: false })).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(countsOf({}, { code: 2, timedOut: false })).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a step that was stopped by its time limit failed', () => {
  const counts = countsOf({ report: path.join(folder, 'absent.xml') }, { code: 1, timedOut: true });
  expect(counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
