import path from 'node:path';
import type { Page } from 'playwright-core';
import { chromiumPath, openBrowser } from './chromium.ts';
import { enter, type Entry } from './console-page.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Opens a page before it goes to the console, such as to watch it from the beginning. */
type Prepare = (page: Page) => Promise<void>;

/**
 * Runs the demonstration and signs its administrator in, does what is to be done there, and ends both, whatever happens.
 *
 * @param args Of `tollgate demo`, beside `--json`.
 */
export async function onDemo(
  args: readonly string[],
  work: (page: Page, url: string) => Promise<void>,
  prepare: Prepare = async () => undefined,
): Promise<void> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium: name one in TOLLGATE_TEST_CHROMIUM.');
  const demo = Bun.spawn(
    [process.execPath, path.join(root, 'packages/server/src/main.ts'), 'demo', '--json', ...args],
    { cwd: root, stdout: 'pipe', stderr: 'inherit' },
  );
  try {
    const { url, admin } = await firstLine<{ readonly url: string; readonly admin: Entry }>(demo.stdout);
    const browser = await openBrowser(chromiumPath);
    const page = await browser.context.newPage();
    await page.setViewportSize({ width: 1366, height: 860 });
    await prepare(page);
    await page.goto(url);
    await enter(page, admin);
    await page.getByRole('heading', { name: 'Hello' }).waitFor();
    await work(page, url);
    await browser.close();
  } finally {
    demo.kill();
    await demo.exited;
  }
}

/** What a command prints first, as JSON. */
async function firstLine<T>(stdout: AsyncIterable<Uint8Array>): Promise<T> {
  const decoder = new TextDecoder();
  let told = '';
  for await (const chunk of stdout) {
    told += decoder.decode(chunk, { stream: true });
    if (told.includes('\n')) break;
  }
  return JSON.parse(told) as T;
}
