// `npm test`: installs everything, starts throwaway databases, runs every check and every test, and adds up.
//
//   npm test -- --list            the steps
//   npm test -- --only NAME       the steps whose name starts with NAME (may be repeated)
//   npm test -- --jobs 1          one step at a time (default: two)
//
// The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed or nothing ran.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bootstrap, root } from './bootstrap.mjs';
import { countsOf } from './count-results.mjs';
import { startServices } from './services.mjs';

const minutes = 60_000;
const results = mkdtempSync(path.join(tmpdir(), 'tollgate-test-'));

const say = (line) => process.stdout.write(`${line}\n`);

/** A program of node_modules, run by the Bun at hand (the Node in front may be too old for it). */
function tool(bun, name, ...args) {
  const bin = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.exe` : name);
  return [bun, ['--bun', bin, ...args]];
}

/** A check passes or fails as a whole: it counts as one. */
const check = (name, [command, args], options = {}) => ({ name, command, args, timeoutMs: 5 * minutes, ...options });

/** The tests of a folder, counted one by one from Bun's own report. */
function tests(bun, name, folder, options = {}) {
  const report = path.join(results, `${name.replaceAll('/', '-')}.xml`);
  return {
    name: `test ${name}`,
    command: bun,
    args: [
      'test',
      '--preload',
      path.join(root, 'scripts', 'seed-properties.ts'),
      '--timeout',
      '30000',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
    ],
    cwd: path.join(root, folder),
    report,
    timeoutMs: 20 * minutes,
    services: true,
    // A folder without tests is said aloud and counted as skipped: Bun calls it an error.
    absent: hasTests(path.join(root, folder)) ? undefined : `no tests in ${folder} yet`,
    ...options,
  };
}

function hasTests(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.isDirectory()) return entry.name !== 'node_modules' && hasTests(path.join(folder, entry.name));
    return /[._](test|spec)\.[cm]?[jt]sx?$/.test(entry.name);
  });
}

const projects = [
  'packages/wire',
  'packages/wire/tsconfig.pure.json',
  'packages/contract',
  'packages/contract/tsconfig.pure.json',
  'packages/server',
  'packages/console',
  'bench',
  'e2e',
  'scripts',
];

/** Every step there is, the long ones first, so that two jobs end at about the same time. */
function allSteps(bun) {
  const node = (script, ...args) => [process.execPath, [path.join(root, 'scripts', script), ...args]];
  const noConsole = existsSync(path.join(root, 'packages/console/index.html')) ? undefined : 'there is no console yet';
  return [
    check('format', tool(bun, 'oxfmt', '--check')),
    check('lint', tool(bun, 'oxlint')),
    ...projects.map((project) =>
      check(`types ${project.replace('/tsconfig.pure.json', ' (pure)')}`, tool(bun, 'tsc', '-p', project)),
    ),
    check('unused', tool(bun, 'knip')),
    check('clones', tool(bun, 'jscpd', '--fail-on-empty')),
    check('console', node('build-console.mjs', '--force'), { absent: noConsole, before: ['test e2e', 'test scripts'] }),
    tests(bun, 'server', 'packages/server'),
    tests(bun, 'wire', 'packages/wire'),
    tests(bun, 'contract', 'packages/contract'),
    tests(bun, 'console', 'packages/console'),
    tests(bun, 'scripts', 'scripts'),
    tests(bun, 'bench', 'bench'),
    tests(bun, 'e2e', 'e2e'),
  ];
}

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

/** Runs a step to its end. Its output is kept, and shown when it failed. */
function execute(step, env) {
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, {
      cwd: step.cwd ?? root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
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
      const output = Buffer.concat(chunks).toString();
      resolve({ code: timedOut ? 1 : code, output: problem ? `${output}${problem}\n` : output, timedOut });
    };
    child.once('error', (error) => end(1, error.message));
    // Not 'close': something left running may hold the pipes open for ever.
    child.once('exit', (code, signal) => setTimeout(() => end(code ?? 1, signal ? `ended by ${signal}` : ''), 50));
  });
}

const words = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** Bun's console report has a line per test; when a step passed, only what was skipped, and what a test shows, is worth telling. */
const worthTelling = (output) => output.split('\n').filter((line) => /^\(skip\)|^\(todo\)|^▏/.test(line.trim()));

async function runStep(step, env, total) {
  if (step.absent !== undefined) {
    total.skipped += 1;
    say(`–  ${step.name}: skipped, ${step.absent}`);
    return;
  }
  const started = performance.now();
  const outcome = await execute(step, env);
  if (interrupted) return;
  const counts = countsOf(step, outcome);
  for (const name of ['passed', 'failed', 'skipped']) total[name] += counts[name];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const detail = step.report === undefined ? '' : `: ${words(counts)}`;
  say(`${counts.failed === 0 ? '✓' : '✗'}  ${step.name}${detail} (${seconds} s)`);
  if (counts.failed > 0) {
    if (outcome.timedOut) say(`   Stopped: it took longer than its limit of ${step.timeoutMs / minutes} minutes.`);
    // Bun names every test; those that passed would only hide the others.
    const lines = outcome.output.split('\n').filter((line) => !line.startsWith('(pass)'));
    say(
      lines
        .join('\n')
        .trimEnd()
        .replace(/^(?=.)/gm, '   '),
    );
  } else {
    for (const line of worthTelling(outcome.output)) say(`   ${line.trim()}`);
  }
}

/** Runs the steps in order, `jobs` at a time; one that must come before another is waited for. */
async function runAll(steps, jobs, env, total) {
  const waiting = [...steps];
  const unfinished = new Set(steps);
  const held = (step) => [...unfinished].some((other) => other !== step && other.before?.includes(step.name));
  const worker = async () => {
    while (waiting.length > 0 && !interrupted) {
      const index = waiting.findIndex((step) => !held(step));
      if (index === -1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      const [step] = waiting.splice(index, 1);
      await runStep(step, env, total);
      unfinished.delete(step);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

function options(args) {
  const only = [];
  let jobs = 2;
  let list = false;
  for (let index = 0; index < args.length; index++) {
    if (args[index] === '--list') list = true;
    else if (args[index] === '--only' && args[index + 1]) only.push(args[++index]);
    else if (args[index] === '--jobs' && Number(args[index + 1]) > 0) jobs = Number(args[++index]);
    else throw new Error(`Unknown option ${args[index]}. There are --list, --only NAME and --jobs N.`);
  }
  return { only, jobs, list };
}

async function main() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  let services;
  const clean = async () => {
    for (const child of running) killGroup(child, 'SIGKILL');
    await services?.stop();
    rmSync(results, { recursive: true, force: true });
  };
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      void clean().finally(() => process.exit(code));
    });
  }
  try {
    const { only, jobs, list } = options(process.argv.slice(2));
    const bun = bootstrap(say);
    const steps = allSteps(bun).filter(
      ({ name }) => only.length === 0 || only.some((start) => name.startsWith(start) || name === `test ${start}`),
    );
    if (list) {
      for (const { name } of steps) say(name);
      await clean();
      return;
    }
    let env = {};
    if (steps.some((step) => step.services && step.absent === undefined)) {
      services = await startServices();
      env = services.env;
      for (const { name, reason } of services.skipped) say(`–  ${name}: skipped, ${reason}`);
      for (const { name, reason } of services.failed) say(`✗  ${name}: ${reason}`);
      total.skipped += services.skipped.length;
      total.failed += services.failed.length;
    }
    await runAll(steps, jobs, env, total);
  } catch (error) {
    total.failed += 1;
    say(error.stack ?? String(error));
  }
  if (interrupted) return;
  await clean();
  const nothing = total.passed + total.failed === 0;
  if (nothing) say('Nothing ran.');
  say(words(total));
  process.exitCode = total.failed > 0 || nothing ? 1 : 0;
}

await main();
