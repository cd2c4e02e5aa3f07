// Runs the steps of `npm test` and tells how they go: what failed is told when it fails, not when its step is over.

import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

import { root } from './bootstrap.mjs';
import { countsOf } from './count-results.mjs';

const minutes = 60_000;
const running = new Set();
let interrupted = false;

/** Kills a step with everything it started: each runs in a process group of its own. */
function killGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

/** Kills the steps that run, starts no others, and says nothing more of any. */
export function interrupt() {
  interrupted = true;
  for (const child of running) killGroup(child, 'SIGKILL');
}

/** Runs a step to its end and hands over every line it writes. */
function execute(step, env, onLine) {
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, {
      cwd: step.cwd ?? root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const flush = [child.stdout, child.stderr].map((stream) => eachLine(stream, onLine));
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      killGroup(child, 'SIGKILL');
    }, step.timeoutMs);
    const end = (code, problem) => {
      clearTimeout(limit);
      running.delete(child);
      // Whatever it left running would disturb the steps after it.
      killGroup(child, 'SIGKILL');
      for (const rest of flush) rest();
      if (problem) onLine(problem);
      resolve({ code: timedOut ? 1 : code, timedOut });
    };
    child.once('error', (error) => end(1, error.message));
    // Not 'close': something left running may hold the pipes open for ever.
    child.once('exit', (code, signal) => setTimeout(() => end(code ?? 1, signal ? `ended by ${signal}` : ''), 50));
  });
}

/** Cuts a stream into lines; returns what hands over the last one, which may have no end. */
function eachLine(stream, onLine) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  return () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
}

const ofFile = /^\S+[._](?:test|spec)\.[cm]?[jt]sx?:$/;
const failure = /^\(fail\)/;
const outcome = /^\((?:pass|skip|todo)\)/;
/** A test that passed when it was tried again. */
const unsteady = /^\(pass\) .*\(attempt \d+\)/;
/** What the line of an outcome has before the name of the test. */
const outcomeWord = /^\((?:fail|pass)\) /;
/** Bun ends an error outside of any test with a rule; no outcome follows it. */
const outsideTests = '# Unhandled error between tests';
const rule = /^-{20,}$/;
/** Bun says once more at its end which tests failed, where there are many lines between. */
const saidAgain = /^\d+ tests? failed:$/;

/**
 * Reads the console report of `bun test` as it is written. `tell` is given the lines about each failure as soon as it is
 * known (the name of the file, what was printed since the test before, the name of the test), and whether the test has
 * failed for good or passed when it was tried again. `rest` returns what was not told and says something.
 *
 * @param {(lines: string[], outcome: 'failed' | 'unsteady', name: string) => void} tell
 */
export function failuresOf(tell) {
  let file;
  let toldFile;
  let block = [];
  const untold = [];
  let rules = -1;
  let ended = false;
  const tellOf = (how) => {
    const last = block.at(-1);
    const name = rule.test(last) ? 'an error outside of its tests' : last.replace(outcomeWord, '');
    tell(file === undefined || file === toldFile ? block : [file, ...block], how, `${file ?? ''} ${name}`.trim());
    toldFile = file;
    block = [];
    rules = -1;
  };
  return {
    line(line) {
      if (saidAgain.test(line)) ended = true;
      if (ended) return;
      if (ofFile.test(line)) {
        file = line;
        untold.push(...block);
        block = [];
      } else if (unsteady.test(line)) {
        block.push(line);
        tellOf('unsteady');
      } else if (outcome.test(line)) {
        untold.push(...block);
        if (!line.startsWith('(pass)')) untold.push(line);
        block = [];
      } else {
        block.push(line);
        if (line === outsideTests) rules = 0;
        else if (rules >= 0 && rule.test(line)) rules += 1;
        if (failure.test(line) || rules === 2) tellOf('failed');
      }
    },
    rest: () => [...untold, ...block].filter((line) => line.trim() !== ''),
  };
}

const words = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** When a step passed, only what was skipped, and what a test shows, is worth telling. */
const worthTelling = (line) => /^\(skip\)|^\(todo\)|^▏/.test(line.trim());

const indented = (lines) => lines.map((line) => (line === '' ? '' : `   ${line}`)).join('\n');

async function runStep(step, { say, total, environment }) {
  if (step.absent !== undefined) {
    total.skipped += 1;
    say(`–  ${step.name}: skipped, ${step.absent}`);
    return;
  }
  let env;
  try {
    env = await environment(step);
  } catch (error) {
    total.failed += 1;
    total.names.failed.push(step.name);
    say(`✗  ${step.name}: ${error.message}`);
    return;
  }
  if (interrupted) return;
  const started = performance.now();
  const shown = [];
  // A check is over as soon as it has failed: only tests have something to tell before their end.
  const output = [];
  const failures = failuresOf((lines, how, name) => {
    if (interrupted) return;
    total.names[how].push(`${step.name}: ${name}`);
    if (how === 'failed') {
      say(`✗  ${step.name} goes on, but this failed:\n${indented(lines)}`);
    } else {
      say(`!  ${step.name} goes on; this passed only when it was tried again:\n${indented(lines)}`);
    }
  });
  const result = await execute(step, env, (line) => {
    if (worthTelling(line)) shown.push(line.trim());
    if (step.report === undefined) output.push(line);
    else failures.line(line);
  });
  if (interrupted) return;
  const counts = countsOf(step, result);
  for (const name of ['passed', 'failed', 'skipped']) total[name] += counts[name];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const detail = step.report === undefined ? '' : `: ${words(counts)}`;
  say(`${counts.failed === 0 ? '✓' : '✗'}  ${step.name}${detail} (${seconds} s)`);
  if (counts.failed > 0) {
    if (step.report === undefined) total.names.failed.push(step.name);
    if (result.timedOut) say(`   Stopped: it took longer than its limit of ${step.timeoutMs / minutes} minutes.`);
    say(indented([...output, ...failures.rest()]).trimEnd());
  } else {
    for (const line of shown) say(`   ${line}`);
  }
}

/**
 * Runs the steps in order, `jobs` at a time; one that must come before another is waited for. Returns the sums, and the
 * names of what failed and of tests that passed only when they were tried again.
 *
 * @param {import('./steps.mjs').Step[]} steps
 * @param {object} options
 * @param {number} options.jobs
 * @param {(line: string) => void} options.say Told of each outcome, and of each failing test when it fails.
 * @param {(step: import('./steps.mjs').Step) => Promise<Record<string, string>>} options.environment
 *   What is added to a step's environment: where its services are.
 */
export async function runSteps(steps, { jobs, say, environment }) {
  const total = { passed: 0, failed: 0, skipped: 0, names: { failed: [], unsteady: [] } };
  const waiting = [...steps];
  const unfinished = new Set(steps);
  const mustWait = (step, other) => other.before?.includes(step.name) || step.needs?.includes(other.name);
  const held = (step) => [...unfinished].some((other) => other !== step && mustWait(step, other));
  const worker = async () => {
    while (waiting.length > 0 && !interrupted) {
      const index = waiting.findIndex((step) => !held(step));
      if (index === -1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      const [step] = waiting.splice(index, 1);
      await runStep(step, { say, total, environment });
      unfinished.delete(step);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return total;
}

/**
 * The last lines of a run: the names of what failed (whoever sees only the end of the output needs them there), of tests
 * that passed only when they were tried again, and `N passed, N failed, N skipped`.
 */
export function summary(total) {
  const { failed = [], unsteady = [] } = total.names ?? {};
  return [
    ...failed.map((name) => `Failed: ${name}`),
    ...unsteady.map((name) => `Passed only when tried again: ${name}`),
    words(total),
  ].join('\n');
}
