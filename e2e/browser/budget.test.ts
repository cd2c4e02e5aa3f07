// What the built console weighs, packed. A page that needs more than its budget loads it lazily.

import { expect, test } from 'bun:test';
import path from 'node:path';

const dist = path.resolve(import.meta.dirname, '../../packages/console/dist');
const kilobyte = 1024;
const html = await Bun.file(path.join(dist, 'index.html')).text();

const weigh = async (file: string): Promise<number> =>
  Bun.gzipSync(await Bun.file(path.join(dist, file)).bytes(), { level: 9 }).byteLength;
const filesOf = (pattern: string): readonly string[] => [...new Bun.Glob(pattern).scanSync(dist)];

/** What the page names itself: loaded before anything is shown. */
const entry = filesOf('assets/*.js').filter((file) => html.includes(`./${file}"`));

const sum = async (files: readonly string[]): Promise<number> =>
  (await Promise.all(files.map(weigh))).reduce((total, size) => total + size, 0);

test('what is loaded before anything is shown', async () => {
  expect(entry.length).toBeGreaterThan(1);
  expect(await sum(entry)).toBeLessThanOrEqual(180 * kilobyte);
});

test('the styles', async () => {
  const styles = filesOf('assets/*.css');
  expect(styles.length).toBeGreaterThan(0);
  expect(await sum(styles)).toBeLessThanOrEqual(45 * kilobyte);
});

test('each part that is loaded later', async () => {
  const later = filesOf('assets/*.js').filter((file) => !entry.includes(file));
  expect(later.length).toBeGreaterThan(5);
  const sizes = await Promise.all(later.map(async (file) => [file, await weigh(file)] as const));
  expect(sizes.filter(([, size]) => size > 110 * kilobyte)).toEqual([]);
});

test('every script and style has its packed twins, under a name that changes with it', async () => {
  for (const file of filesOf('assets/*.{js,css}')) {
    expect(file).toMatch(/-[\w-]{8}\.(js|css)$/);
    if ((await Bun.file(path.join(dist, file)).bytes()).byteLength < kilobyte) continue;
    expect(await Bun.file(path.join(dist, `${file}.br`)).exists()).toBe(true);
    expect(await Bun.file(path.join(dist, `${file}.gz`)).exists()).toBe(true);
  }
});
