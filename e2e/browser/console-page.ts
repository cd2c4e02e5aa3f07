import { expect } from 'bun:test';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { chromiumPath, openBrowser, type Screen } from './chromium.ts';
import { inspect, type Screens } from './inspect.ts';

const dist = path.resolve(import.meta.dirname, '../../packages/console/dist');

/** A page of a fresh browser, for the console as it was built. */
export type ConsolePage = {
  readonly page: Page;
  /** What its scripts got wrong so far. */
  readonly wrong: readonly string[];
  /** Expects that nothing is wrong with how it looks now, in both themes and widths; `TOLLGATE_TEST_PICTURES` keeps pictures. */
  look(state: string, screens?: Screens): Promise<void>;
  /** Presses the button of that name; a text is the whole name. */
  press(name: string | RegExp): Promise<void>;
  close(): Promise<void>;
};

type Options = {
  /** Refusals of the gateway are no part of the flow: each that the browser reports counts as wrong. */
  readonly noRefusals?: boolean;
  readonly screen?: Screen;
};

export async function openConsolePage({ noRefusals = false, screen }: Options = {}): Promise<ConsolePage> {
  if (!(await Bun.file(path.join(dist, 'index.html')).exists()))
    throw new Error('The console is not built: bun run --cwd packages/console build');
  const browser = await openBrowser(chromiumPath ?? '', screen);
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  page.setDefaultTimeout(15_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (noRefusals || !message.text().startsWith('Failed to load resource'))
      wrong.push(`${message.text()} ${message.location().url}`);
  });
  return {
    page,
    wrong,
    look: async (state, screens) => {
      expect(await inspect(page, state, process.env['TOLLGATE_TEST_PICTURES'], screens)).toEqual([]);
    },
    press: async (name) => {
      await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
    },
    close: browser.close,
  };
}

export type Entry = { readonly email: string; readonly password: string };

/** Fills the form of the one-time link, of signing up or of signing in, whichever is open. */
export async function enter(page: Page, { email, password }: Entry, action = 'Sign in'): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: action, exact: true }).click();
}

/** Makes the first account of a gateway by its one-time link, and is signed in then. */
export async function enterByLink(page: Page, setupUrl: string | undefined, entry: Entry): Promise<void> {
  await page.goto(setupUrl ?? '');
  await enter(page, entry, 'Create account and sign in');
}
