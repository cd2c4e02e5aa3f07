// What a step says that it reads is what `npm test -- --changed` goes by: a file it reads and does not name would be
// changed without the step being run.

import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { root } from './bootstrap.mjs';
import { trackedFiles } from './changed-files.mjs';
import { reachableFrom } from './reachable.mjs';
import { serviceKinds } from './services.mjs';
import { affectedSteps, allSteps, canAffect, stepsFor, type Step, withNeeded } from './steps.mjs';
import { isClone } from './testing.ts';

const steps = allSteps('bun', '/results');
const stepNamed = (name: string): Step => {
  const found = steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};
const named = (files: readonly string[]): string[] =>
  withNeeded(steps, affectedSteps(steps, [...files])).map(({ name }) => name);

describe('the steps that a change can affect', () => {
  test('a page of the documentation: the formatter, and the tests that read it', () => {
    expect(named(['docs/money.md'])).toEqual(['format', 'test server', 'test scripts']);
  });

  test('a licence or a picture: none', () => {
    expect(named(['LICENSE', 'docs/images/new.png'])).toEqual([]);
  });

  test('the console: neither the server nor its databases', () => {
    const affected = named(['packages/console/src/app/frame.tsx']);
    expect(affected).toContain('test console');
    expect(affected).toContain('test e2e/browser');
    expect(affected).not.toContain('test e2e');
    expect(affected).not.toContain('test server');
    expect(affected).not.toContain('types packages/server');
  });

  test('the tests in a browser need the console built, whatever changed', () => {
    const affected = named(['e2e/gateway.ts']);
    expect(affected).toContain('test e2e/browser');
    expect(affected).toContain('console');
  });

  test('the lockfile, or the runner itself: all', () => {
    expect(named(['bun.lock'])).toEqual(steps.map(({ name }) => name));
    expect(named(['scripts/steps.mjs'])).toEqual(steps.map(({ name }) => name));
  });
});

/** Files below a step's folder, by what kind of step it is. */
const folderOf = ({ name }: Step): string | undefined => /^(?:test|types) (?:packages\/)?([a-z0-9/]+)$/.exec(name)?.[1];

const place = (folder: string): string =>
  existsSync(path.join(root, 'packages', folder)) ? `packages/${folder}` : folder;

/** Every file that those of a step's folder lead to. Folders within it that are steps of their own are left to them. */
function reachable(folder: string, onlyImports: boolean): ReadonlySet<string> {
  const others = steps.flatMap((step) => (step.report === undefined ? [] : [`${place(folderOf(step) ?? '')}/`]));
  const files = (trackedFiles(root) ?? []).filter(
    (file) =>
      file.startsWith(`${folder}/`) &&
      !others.some((other) => other.startsWith(`${folder}/`) && other !== `${folder}/` && file.startsWith(other)),
  );
  return reachableFrom(files, { onlyImports });
}

describe.skipIf(!isClone)('a step names', () => {
  const withFolder = steps.flatMap((step) => {
    const folder = folderOf(step);
    return folder === undefined
      ? []
      : [{ name: step.name, step, files: reachable(place(folder), step.report === undefined) }];
  });

  test('there are steps with folders', () => {
    expect(withFolder.length).toBeGreaterThan(10);
    expect(withFolder.every(({ files }) => files.size > 5)).toBe(true);
  });

  test.each(withFolder)('every file that $name reaches', ({ step, files }) => {
    const code = [...files].filter((file) => step.name.startsWith('test ') || /\.[cm]?[jt]sx?$/.test(file));
    expect(code.filter((file) => !canAffect(step, file))).toEqual([]);
  });

  test.each(withFolder.filter(({ step }) => step.report !== undefined))(
    'every service that $name asks for, and no other',
    ({ step, files }) => {
      const folder = place(folderOf(step) ?? '');
      // The scripts start services; they do not use them.
      const asked = Object.entries(serviceKinds).flatMap(([name, { variable }]) => {
        const uses = [...files].some(
          (file) =>
            file.startsWith(`${folder.split('/')[0]}/`) &&
            folder !== 'scripts' &&
            readFileSync(path.join(root, file), 'utf8').includes(`process.env['${variable}']`),
        );
        return uses ? [name] : [];
      });
      expect([...step.services].sort()).toEqual(asked.sort());
    },
  );
});

test('checks need no services', () => {
  expect(stepNamed('lint').services).toEqual([]);
  expect(steps.filter((step) => step.report === undefined && step.services.length > 0)).toEqual([]);
});

test('a single file needs the services that it leads to', () => {
  const servicesOf = (file: string): readonly string[] | undefined =>
    stepsFor(steps, [path.join(root, file)])[0]?.services;
  expect(servicesOf('packages/server/src/domain/decimal.test.ts')).toEqual([]);
  expect(servicesOf('packages/server/src/store/database.test.ts')).toEqual(['postgres', 'mariadb']);
  expect(servicesOf('e2e/browser/console.test.ts')).toEqual(['chromium']);
});

test('a folder stands for the steps that it holds, and what no step tests is refused', () => {
  const names = (...places: readonly string[]): readonly string[] =>
    stepsFor(
      steps,
      places.map((name) => path.join(root, name)),
    ).map(({ name }) => name);
  expect(names('e2e', 'bench')).toEqual(['test e2e/browser', 'test e2e/sdk', 'test e2e', 'test bench']);
  expect(names('packages/server/src/domain')).toEqual(['test packages/server/src/domain']);
  expect(() => names('docs')).toThrow('no step tests this');
});
