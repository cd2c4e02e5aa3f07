// `npm test`: installs everything, starts throwaway databases, runs every check and every test, and adds up.
//
//   npm test -- --list            the steps
//   npm test -- --changed         the steps that the files changed since the main branch can affect
//   npm test -- --since REF       the same, since another branch or commit
//   npm test -- --only NAME       the steps whose name starts with NAME (may be repeated)
//   npm test -- FILE …            the tests of some files or folders
//   npm test -- --jobs 1          one step at a time (default: two)
//
// The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed or nothing ran.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bootstrap, root } from './bootstrap.mjs';
import { changedFiles } from './changed-files.mjs';
import { interrupt, runSteps, summary } from './run-steps.mjs';
import { startServices } from './services.mjs';
import { affectedSteps, allSteps, stepsFor, withNeeded } from './steps.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

function options(args) {
  const only = [];
  const files = [];
  let jobs = 2;
  let list = false;
  let changed = false;
  let since;
  for (let index = 0; index < args.length; index++) {
    if (args[index] === '--list') list = true;
    else if (args[index] === '--changed') changed = true;
    else if (args[index] === '--since' && args[index + 1]) since = args[++index];
    else if (args[index] === '--only' && args[index + 1]) only.push(args[++index]);
    else if (args[index] === '--jobs' && Number(args[index + 1]) > 0) jobs = Number(args[++index]);
    else if (!args[index].startsWith('-')) files.push(path.resolve(args[index]));
    else {
      throw new Error(
        `Unknown option ${args[index]}. There are --list, --changed, --since REF, --only NAME, --jobs N and files.`,
      );
    }
  }
  return { only, files, jobs, list, changed: changed || since !== undefined, since };
}

/** The steps that were asked for. */
function chosenSteps(steps, { only, files, changed, since }) {
  if (files.length > 0) return withNeeded(steps, stepsFor(steps, files));
  const asked = (name, start) =>
    name.startsWith(start) || name === `test ${start}` || name.startsWith(`test ${start}/`);
  const named = steps.filter(({ name }) => only.length === 0 || only.some((start) => asked(name, start)));
  return withNeeded(steps, changed ? affectedSteps(named, changedFiles(root, since)) : named);
}

/** Starts what the steps need, while those that need nothing run already. */
function servicesFor(steps) {
  const names = [...new Set(steps.filter((step) => step.absent === undefined).flatMap((step) => step.services))];
  let running;
  const started = startServices(names).then((services) => {
    running = services;
    for (const { name, reason } of services.skipped) say(`–  ${name}: skipped, ${reason}`);
    for (const { name, reason } of services.failed) say(`✗  ${name}: ${reason}`);
    return services;
  });
  // The steps that wait for them fail with this.
  started.catch(() => undefined);
  return {
    environment: async (step) => (step.services.length === 0 ? {} : (await started).env),
    /** How many services there are not. */
    counts: () =>
      started.then(
        ({ skipped, failed }) => ({ skipped: skipped.length, failed: failed.length }),
        () => ({ skipped: 0, failed: 0 }),
      ),
    /** Those that are being started end by themselves when this process does. */
    stop: async () => running?.stop(),
  };
}

async function main() {
  let total = { passed: 0, failed: 0, skipped: 0 };
  let nothingToDo = false;
  let services;
  let interrupted = false;
  const results = mkdtempSync(path.join(tmpdir(), 'tollgate-test-'));
  const clean = async () => {
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
      interrupt();
      void clean().finally(() => process.exit(code));
    });
  }
  try {
    const asked = options(process.argv.slice(2));
    if (asked.list) {
      for (const { name } of chosenSteps(allSteps(process.execPath, results), asked)) say(name);
      await clean();
      return;
    }
    const steps = chosenSteps(allSteps(bootstrap(say), results), asked);
    nothingToDo = asked.changed && steps.length === 0;
    services = servicesFor(steps);
    total = await runSteps(steps, { jobs: asked.jobs, say, environment: services.environment });
    const { skipped, failed } = await services.counts();
    total.skipped += skipped;
    total.failed += failed;
  } catch (error) {
    total.failed += 1;
    say(error.stack ?? String(error));
  }
  if (interrupted) return;
  await clean();
  const nothing = total.passed + total.failed === 0;
  if (nothingToDo) say('Nothing changed that a step reads.');
  else if (nothing) say('Nothing ran.');
  say(summary(total));
  process.exitCode = total.failed > 0 || (nothing && !nothingToDo) ? 1 : 0;
}

await main();
