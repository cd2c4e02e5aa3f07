import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openConsole } from './built-console.ts';

const root = mkdtempSync(path.join(tmpdir(), 'tollgate-console-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const list = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      if (!entry.isFile()) return [];
      const file = path.join(entry.parentPath, entry.name);
      return [[`/${path.relative(root, file)}`, file]];
    }),
  );

const assets = path.join(root, 'assets');

/** Writes what a build leaves. Two of one moment are told apart by the clock of the test. */
function writePage(name: string, second: number): void {
  const file = path.join(root, 'index.html');
  writeFileSync(file, `<script type="module" src="./assets/${name}"></script>`);
  utimesSync(file, second, second);
}
function writeAsset(name: string): void {
  mkdirSync(assets, { recursive: true });
  writeFileSync(path.join(assets, name), name);
}

test('a console that is built anew is served when it is whole, and open pages find what they were built with', async () => {
  let now = 0;
  const warnings: string[] = [];
  const built = await openConsole(
    list,
    () => now,
    (_, message) => warnings.push(message),
  );
  const text = (at: string) => {
    const file = built.files()?.get(at);
    return file && new TextDecoder().decode(file.bytes);
  };
  const later = async (): Promise<void> => {
    now += 2000;
    built.files();
    await built.settled();
  };
  expect(built.files()).toBeUndefined();

  // Built while the gateway runs.
  writeAsset('app-one11111.js');
  writePage('app-one11111.js', 1000);
  await later();
  expect(text('/index.html')).toContain('app-one11111.js');
  expect(text('/assets/app-one11111.js')).toBe('app-one11111.js');

  // A build empties the folder first.
  rmSync(assets, { recursive: true });
  rmSync(path.join(root, 'index.html'));
  await later();
  expect(text('/index.html')).toContain('app-one11111.js');
  expect(text('/assets/app-one11111.js')).toBe('app-one11111.js');

  // Half of the next one is there.
  writePage('app-two22222.js', 2000);
  await later();
  expect(text('/index.html')).toContain('app-one11111.js');

  writeAsset('app-two22222.js');
  await later();
  expect(text('/index.html')).toContain('app-two22222.js');
  expect(text('/assets/app-two22222.js')).toBe('app-two22222.js');
  expect(text('/assets/app-one11111.js')).toBe('app-one11111.js');
  expect(warnings).toEqual([]);
});
