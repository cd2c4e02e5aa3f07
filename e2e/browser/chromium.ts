import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** The Chromium to drive: that of the environment, else the first on PATH; undefined when there is none. */
export const chromiumPath: string | undefined =
  process.env['TOLLGATE_TEST_CHROMIUM'] ??
  ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
    .map((name) => Bun.which(name))
    .find((found) => found !== null) ??
  undefined;

export type Browser = {
  readonly context: BrowserContext;
  /** Closes the browser and removes its profile. */
  close(): Promise<void>;
};

export type Screen = { readonly hasTouch?: boolean; readonly viewport?: { width: number; height: number } };

/** A headless browser with a fresh profile that talks to nobody but the page's own server. */
export async function openBrowser(executablePath: string, screen: Screen = {}): Promise<Browser> {
  const profile = await mkdtemp(path.join(tmpdir(), 'tollgate-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...screen,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
