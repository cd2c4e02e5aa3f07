import { expect, test } from 'bun:test';
import path from 'node:path';

import { run, type Outcome } from './testing.ts';

const services = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  run(['node', path.resolve(import.meta.dir, 'services.mjs'), ...args], import.meta.dir, env);

const print = ['--', process.execPath, '-e', 'console.log(Object.keys(process.env).join(" "))'];

test('only the services that are named are started', async () => {
  const { code, output } = await services(['redis', ...print]);
  expect(code).toBe(0);
  // Where there is no Redis, that is said instead.
  expect(output).toMatch(/TOLLGATE_TEST_REDIS_URL|redis: not installed/);
  expect(output).not.toMatch(/TOLLGATE_TEST_(POSTGRES|MYSQL)_URL|TOLLGATE_TEST_CHROMIUM|(postgres|mariadb|chromium):/);
}, 120_000);

test('one that the environment points at is not started again', async () => {
  const show = ['--', process.execPath, '-e', 'console.log(process.env.TOLLGATE_TEST_REDIS_URL)'];
  const { output } = await services(['redis', ...show], { TOLLGATE_TEST_REDIS_URL: 'redis://elsewhere:1' });
  expect(output.trim()).toBe('redis://elsewhere:1');
});

test('one that does not exist is refused by name', async () => {
  const { code, output } = await services(['oracle', ...print]);
  expect(code).not.toBe(0);
  expect(output).toContain('There is no service oracle');
});
