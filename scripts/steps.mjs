// The steps of `npm test`: what each runs, which services it needs, and which files it reads.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { root } from './bootstrap.mjs';
import { filesOf, reachableFrom } from './reachable.mjs';
import { serviceKinds } from './services.mjs';

const minutes = 60_000;

/**
 * One step.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} [cwd] Where it runs; the repository's root when absent.
 * @property {number} timeoutMs
 * @property {string} [report] Where Bun writes its counts; a step without one counts as one check.
 * @property {string[]} services Names of `services.mjs` that must run.
 * @property {string[]} reads Files, and folders (ending in `/`), that can change its outcome.
 * @property {RegExp} [only] Of those, the files whose path matches.
 * @property {string[]} [before] Names of the steps that wait for this one.
 * @property {string[]} [needs] Names of the steps whose product it uses: they run with it, and before it.
 * @property {string} [absent] Why there is nothing to run.
 */

/** Files that can change the outcome of every step. */
const foundations = [
  '.ci/',
  '.gitignore',
  'bun.lock',
  'package.json',
  'scripts/bootstrap.mjs',
  'scripts/count-results.mjs',
  'scripts/reachable.mjs',
  'scripts/run-steps.mjs',
  'scripts/services.mjs',
  'scripts/steps.mjs',
  'scripts/test.mjs',
];

/** Files that no step reads. All others can be read by some step, known or not. */
const inert = ['LICENSE', '.dockerignore', '.editorconfig', 'docs/images/'];

const wire = ['packages/wire/'];
const contract = ['packages/contract/'];
// The command line offers the benchmark, which drives the server.
const server = ['packages/server/', ...wire, ...contract, 'bench/'];
const code = ['packages/', 'bench/', 'e2e/', 'scripts/', 'bin/'];
/** Files that the linter, the compilers and the finder of clones read. */
export const codeFiles = /\.(?:[cm]?[jt]sx?|jsonc?)$|^bin\//;

/** What each TypeScript project includes or imports. */
const projects = {
  'packages/wire': wire,
  'packages/wire/tsconfig.pure.json': wire,
  'packages/contract': contract,
  'packages/contract/tsconfig.pure.json': contract,
  'packages/server': server,
  'packages/console': ['packages/console/', ...contract],
  bench: server,
  e2e: ['e2e/', ...server],
  'e2e/tsconfig.in-process.json': ['e2e/', ...server],
  scripts: ['scripts/', 'e2e/', 'packages/'],
};

/**
 * Whether a change of a file can change the outcome of a step.
 *
 * @param {Step} step
 * @param {string} file Its path from the root, with slashes.
 */
export function canAffect(step, file) {
  const within = (places) => places.some((place) => file === place || (place.endsWith('/') && file.startsWith(place)));
  if (within(foundations)) return true;
  if (within(inert)) return false;
  return (step.reads.includes('') || within(step.reads)) && (step.only?.test(file) ?? true);
}

/**
 * The steps that a change of `files` can affect.
 *
 * @param {Step[]} steps
 * @param {string[]} files
 */
export const affectedSteps = (steps, files) => steps.filter((step) => files.some((file) => canAffect(step, file)));

/**
 * Some of all steps, and those whose product they use.
 *
 * @param {Step[]} all
 * @param {Step[]} chosen
 */
export function withNeeded(all, chosen) {
  const needed = new Set(chosen.flatMap((step) => step.needs ?? []));
  return [...all.filter((step) => needed.has(step.name) && !chosen.includes(step)), ...chosen];
}

/** The services whose addresses are asked for by some files, or by modules that these import. */
function servicesOf(files) {
  const sources = [...reachableFrom(files, { onlyImports: true })].map((file) =>
    readFileSync(path.join(root, file), 'utf8'),
  );
  return Object.entries(serviceKinds)
    .filter(([, { variable }]) => sources.some((text) => text.includes(`process.env['${variable}']`)))
    .map(([name]) => name);
}

const slashed = (place) => path.relative(root, place).split(path.sep).join('/');
const isWithin = (place, folder) => place === folder || place.startsWith(`${folder}${path.sep}`);

/**
 * Steps that run some tests only: those of the given files and folders, with the services that these need. A folder that
 * holds whole steps stands for them.
 *
 * @param {Step[]} steps
 * @param {string[]} places Absolute paths. Throws for one that no step tests.
 * @returns {Step[]}
 */
export function stepsFor(steps, places) {
  const tested = steps.filter(({ report }) => report !== undefined);
  return places.flatMap((place, index) => {
    const whole = tested.filter(({ cwd }) => isWithin(cwd, place));
    if (whole.length > 0) return whole;
    const owner = tested.find(({ cwd }) => isWithin(place, cwd));
    if (owner === undefined || !existsSync(place))
      throw new Error(`${path.relative(root, place)}: no step tests this.`);
    const report = owner.report.replace(/\.xml$/, `-${index}.xml`);
    const args = owner.args.map((argument) => argument.replace(owner.report, report));
    return {
      ...owner,
      name: `test ${slashed(place)}`,
      report,
      args: [...args, `./${path.relative(owner.cwd, place).split(path.sep).join('/')}`],
      services: servicesOf(filesOf(place).map(slashed)),
    };
  });
}

/** A program of node_modules, run by the Bun at hand (the Node in front may be too old for it). */
export function tool(bun, name, ...args) {
  const bin = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.exe` : name);
  return [bun, ['--bun', bin, ...args]];
}

/** A check passes or fails as a whole: it counts as one. */
const check = (name, [command, args], options) => ({
  name,
  command,
  args,
  timeoutMs: 5 * minutes,
  services: [],
  ...options,
});

/** The tests of a folder but for those it leaves to other steps, counted one by one from Bun's own report. */
function tests(bun, results, name, folder, { leaveOut = [], ...options }) {
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
      // What a busy machine upset is tried once more, and told: a run of thousands must not be thrown away for one.
      '--retry=1',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
      ...leaveOut.map((pattern) => `--path-ignore-patterns=${pattern}`),
    ],
    cwd: path.join(root, folder),
    report,
    // Twice what the longest takes on two cores: the suite grows.
    timeoutMs: 40 * minutes,
    services: [],
    // A folder without tests is said aloud and counted as skipped: Bun calls it an error.
    absent: hasTests(path.join(root, folder)) ? undefined : `no tests in ${folder} yet`,
    ...options,
    reads: [...options.reads, 'tsconfig.base.json', 'scripts/seed-properties.ts'],
  };
}

function hasTests(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.isDirectory()) return entry.name !== 'node_modules' && hasTests(path.join(folder, entry.name));
    return /[._](test|spec)\.[cm]?[jt]sx?$/.test(entry.name);
  });
}

/**
 * Every step there is, the long ones first, so that two jobs end at about the same time.
 *
 * @param {string} bun The Bun to run them with.
 * @param {string} results An empty folder for their reports.
 * @returns {Step[]}
 */
export function allSteps(bun, results) {
  const node = (script, ...args) => [process.execPath, [path.join(root, 'scripts', script), ...args]];
  const noConsole = existsSync(path.join(root, 'packages/console/index.html')) ? undefined : 'there is no console yet';
  const databases = ['postgres', 'mariadb'];
  return [
    check('format', node('format.mjs', '--check'), { reads: [''] }),
    check('lint', tool(bun, 'oxlint'), {
      reads: [...code, '.oxlintrc.json', 'tsconfig.base.json'],
      only: codeFiles,
    }),
    ...Object.entries(projects).map(([project, reads]) =>
      // Several checkers of one project do much of their work twice (contract: 9 s of processor time with four, 4 s with one);
      // the other core has another step.
      check(
        `types ${project.replace(/\/tsconfig\.([\w-]+)\.json$/, ' ($1)')}`,
        tool(bun, 'tsc', '-p', project, '--checkers', '1'),
        { reads: [...reads, 'tsconfig.base.json'], only: codeFiles },
      ),
    ),
    check('unused', tool(bun, 'knip'), { reads: [...code, 'knip.json', 'tsconfig.base.json'] }),
    check('clones', tool(bun, 'jscpd', '--fail-on-empty'), { reads: [...code, '.jscpd.json'], only: codeFiles }),
    check('console', node('build-console.mjs', '--force'), {
      reads: ['packages/console/', ...contract, 'scripts/build-console.mjs', 'tsconfig.base.json'],
      absent: noConsole,
      before: ['test scripts'],
    }),
    // Their tests run the examples of docs/ and compare its tables with the code.
    tests(bun, results, 'server', 'packages/server', {
      reads: [...server, 'docs/', 'packages/console/src/locales/en/descriptors.json'],
      services: [...databases, 'ldap'],
    }),
    tests(bun, results, 'wire', 'packages/wire', { reads: wire }),
    tests(bun, results, 'contract', 'packages/contract', { reads: contract }),
    tests(bun, results, 'console', 'packages/console', { reads: ['packages/console/', ...contract] }),
    // They hold the repository itself to its promises.
    tests(bun, results, 'scripts', 'scripts', { reads: [''] }),
    tests(bun, results, 'bench', 'bench', { reads: server }),
    tests(bun, results, 'e2e/browser', 'e2e/browser', {
      reads: ['e2e/', 'packages/console/', ...server],
      services: ['chromium'],
      needs: ['console'],
    }),
    tests(bun, results, 'e2e/sdk', 'e2e/sdk', { reads: ['e2e/', ...server] }),
    // All that has no step of its own.
    tests(bun, results, 'e2e', 'e2e', {
      reads: ['e2e/', ...server],
      services: databases,
      leaveOut: ['browser/**', 'sdk/**'],
    }),
  ];
}
