// What a finished step of `npm test` counts for.

import { existsSync, readFileSync } from 'node:fs';

/** Counts of a JUnit report; undefined when there is none, as after a crash. */
function readReport(file) {
  if (!existsSync(file)) return undefined;
  const head = /<testsuites\b[^>]*>/.exec(readFileSync(file, 'utf8'))?.[0];
  if (head === undefined) return undefined;
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return { passed: count('tests') - failed - skipped, failed, skipped };
}

/** What a finished step adds to the total. A step never counts for nothing. */
export function countsOf(step, { code, timedOut }) {
  if (step.report === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const counts = readReport(step.report) ?? { passed: 0, failed: 0, skipped: 0 };
  // A file that does not load, a failing hook, a crash: fatal, though no single test is named.
  if ((code !== 0 || timedOut) && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
  return counts;
}
