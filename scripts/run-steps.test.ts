import { describe, expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { failuresOf, runSteps, summary } from './run-steps.mjs';
import type { Step } from './steps.mjs';
import { temporaryFolders } from './testing.ts';

const temporaryFolder = temporaryFolders();

/** A step that runs `source` as a file of tests. */
function testsOf(source: string): Step {
  const folder = temporaryFolder('steps');
  writeFileSync(path.join(folder, 'planted.test.ts'), `import { expect, test } from 'bun:test';\n${source}`);
  const report = path.join(folder, 'report.xml');
  return {
    name: 'test planted',
    command: process.execPath,
    args: ['test', '--reporter=junit', `--reporter-outfile=${report}`],
    cwd: folder,
    report,
    timeoutMs: 60_000,
    services: [],
    reads: [],
  };
}

const noServices = (): Promise<Record<string, string>> => Promise.resolve({});

describe('a failing test', () => {
  test('is told while its step goes on', async () => {
    const seen = path.join(temporaryFolder('seen'), 'seen');
    // The second test ends when somebody has seen the first one fail, so a report at the end would never come.
    const step = testsOf(`
      test('breaks', () => {
        console.log('said by the test');
        expect('apples').toBe('pears');
      });
      test('waits', async () => {
        while (!require('node:fs').existsSync(${JSON.stringify(seen)})) await Bun.sleep(20);
      }, 20_000);
    `);
    let output = '';
    const total = await runSteps([step], {
      jobs: 1,
      environment: noServices,
      say: (line) => {
        output += `${line}\n`;
        if (line.includes('(fail) breaks')) writeFileSync(seen, '');
      },
    });
    expect(existsSync(seen)).toBe(true);
    expect(total).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
    expect(summary(total)).toMatch(
      /^Failed: test planted: planted\.test\.ts: breaks .*\n1 passed, 1 failed, 0 skipped$/,
    );
    expect(output).toContain('planted.test.ts:');
    expect(output).toContain('Expected: "pears"');
    expect(output.match(/\(fail\) breaks/g)).toHaveLength(1);
  }, 60_000);

  test('hides no other output: an error outside of any test is told too', async () => {
    const step = testsOf(`import './absent.ts';`);
    let output = '';
    const say = (line: string): void => void (output += `${line}\n`);
    const total = await runSteps([step], { jobs: 1, environment: noServices, say });
    expect(total.failed).toBe(1);
    expect(output).toContain('absent.ts');
  }, 60_000);
});

test('a test that passes when it is tried again is told, and fails nothing', async () => {
  const step = testsOf(`
    let tries = 0;
    test('stumbles', () => expect(++tries).toBe(2));
  `);
  let output = '';
  const say = (line: string): void => void (output += `${line}\n`);
  const again = { ...step, args: [...step.args, '--retry=1'] };
  const total = await runSteps([again], { jobs: 1, environment: noServices, say });
  expect(total).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
  expect(output).toContain('Expected: 2');
  expect(summary(total)).toMatch(
    /^Passed only when tried again: test planted: planted\.test\.ts: stumbles .*\n1 passed, 0 failed, 0 skipped$/,
  );
}, 60_000);

describe('the report of failures', () => {
  const read = (text: string): { told: string[][]; rest: string[] } => {
    const told: string[][] = [];
    const failures = failuresOf((lines) => told.push(lines));
    for (const line of text.split('\n')) failures.line(line);
    return { told, rest: failures.rest() };
  };

  test('names the file once, leaves out what passed, and keeps the rest for the end', () => {
    const text = `bun test v1
one.test.ts:
(pass) a
because
(fail) b
also because
(fail) c
(skip) d
two.test.ts:
noise of e
(pass) e
hm
(fail) f
 4 fail`;
    expect(read(text)).toEqual({
      told: [
        ['one.test.ts:', 'because', '(fail) b'],
        ['also because', '(fail) c'],
        ['two.test.ts:', 'hm', '(fail) f'],
      ],
      rest: ['bun test v1', '(skip) d', 'noise of e', ' 4 fail'],
    });
  });

  test('an error between tests is told when it is complete', () => {
    const line = '-'.repeat(31);
    const text = `x.test.ts:\n\n# Unhandled error between tests\n${line}\nerror: gone\n${line}\n`;
    expect(read(text).told).toEqual([['x.test.ts:', '', '# Unhandled error between tests', line, 'error: gone', line]]);
  });
});

test('a step whose services cannot be had fails, and the others run', async () => {
  const check: Step = {
    name: 'check',
    command: process.execPath,
    args: ['--version'],
    timeoutMs: 60_000,
    services: [],
    reads: [],
  };
  const lines: string[] = [];
  const total = await runSteps([{ ...check, name: 'hungry', services: ['redis'] }, check], {
    jobs: 1,
    say: (line) => lines.push(line),
    environment: (step) => (step.services.length > 0 ? Promise.reject(new Error('no redis today')) : noServices()),
  });
  expect(summary(total)).toBe('Failed: hungry\n1 passed, 1 failed, 0 skipped');
  expect(lines[0]).toBe('✗  hungry: no redis today');
});

test('a step waits for those whose product it needs, in whatever order they stand', async () => {
  const step = (name: string, more: Partial<Step> = {}): Step => ({
    name,
    command: process.execPath,
    args: ['--version'],
    timeoutMs: 60_000,
    services: [],
    reads: [],
    ...more,
  });
  const lines: string[] = [];
  await runSteps([step('user', { needs: ['maker'] }), step('other'), step('maker', { before: ['other'] })], {
    jobs: 3,
    say: (line) => lines.push(line),
    environment: noServices,
  });
  expect(lines[0]).toContain('maker');
  expect(lines).toHaveLength(3);
});
