// Small promises about the repository that no other tool keeps.

import { describe, expect, test } from 'bun:test';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { allSteps } from './steps.mjs';

const root = path.resolve(import.meta.dir, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('the repository', () => {
  test('its lockfile names no registry host', () => {
    expect(read('bun.lock').match(/https?:\/\/[^"]*/g)).toBeNull();
  });

  test('pins one version of Bun everywhere', () => {
    const [, version = 'none'] = /"packageManager": "bun@([\d.]+)"/.exec(read('package.json')) ?? [];
    expect(read('package.json')).toContain(`"@types/bun": "${version}"`);
    expect(read('Dockerfile')).toContain(`FROM oven/bun:${version}-slim`);
  });

  test('pins exact versions of what it depends on', () => {
    const manifests = ['package.json', '*/package.json', 'packages/*/package.json'].flatMap((glob) => [
      ...new Bun.Glob(glob).scanSync(root),
    ]);
    expect(manifests.length).toBeGreaterThan(5);
    const ranges = manifests.flatMap((file) =>
      [...read(file).matchAll(/"([^"]+)": "([\^~><*][^"]*|latest)"/g)]
        .filter(([, name]) => name !== 'node')
        .map(([line]) => `${file}: ${line}`),
    );
    expect(ranges).toEqual([]);
  });

  test('keeps its commands executable', () => {
    for (const file of [
      'bin/tollgate',
      '.ci/run',
      ...readdirSync(path.join(root, 'docker')).map((f) => `docker/${f}`),
    ]) {
      expect([file, statSync(path.join(root, file)).mode & 0o111]).toEqual([file, 0o111]);
    }
  });

  test('type-checks every folder that has TypeScript in it', () => {
    const places = [...new Bun.Glob('**/*.{ts,tsx}').scanSync({ cwd: root, dot: true })].filter(
      (file) => !/(^|\/)(node_modules|dist|\.tools|fixtures)\//.test(file),
    );
    const projects = [
      'packages/wire',
      'packages/contract',
      'packages/server',
      'packages/console',
      'bench',
      'e2e',
      'scripts',
    ];
    expect(places.filter((file) => !projects.some((project) => file.startsWith(`${project}/`)))).toEqual([]);
    const steps = allSteps('bun', '/results').map(({ name }) => name);
    for (const project of projects) expect(steps).toContain(`types ${project}`);
  });
});
