import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** The small form: every page that is loaded is sent it, and compiles it. */
const axe = await Bun.file(fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))).text();

const desk = { width: 1366, height: 860 } as const;
const phone = { width: 390, height: 844 } as const;

/** In an order in which one thing changes at a time: the browser draws everything anew for each. */
const views = [
  { size: desk, colorScheme: 'light' },
  { size: desk, colorScheme: 'dark' },
  { size: phone, colorScheme: 'dark' },
  { size: phone, colorScheme: 'light' },
] as const;

/** Where there is room for a panel beside a grid. */
const broadViews = [
  { size: { width: 1440, height: 900 }, colorScheme: 'light' },
  { size: { width: 1440, height: 900 }, colorScheme: 'dark' },
] as const;

/** `usual`: a desk and a phone; `broad`: a desk with room for a panel beside a grid. */
export type Screens = 'usual' | 'broad';

/**
 * All of axe's rules, also that of WCAG 2.2 about the size of what is pressed, which axe leaves off by itself; in the second
 * theme those that colours can break, since everything else was looked at in the first.
 * One of its best practices (no rule of WCAG) wants everything within a landmark, which what floats above the page is not:
 * a popover is a dialog of its own, beside the landmarks.
 */
const rules = {
  light: `rules: {
    region: { enabled: document.querySelector('[data-trigger]') === null },
    'target-size': { enabled: true },
  }`,
  dark: `runOnly: ['color-contrast', 'link-in-text-block']`,
} as const;

/**
 * Describing what is right, and a selector for each element, took axe longer than all of its rules: only what is wrong is
 * described, and only that leaves the browser.
 */
const violationsBy = (scheme: keyof typeof rules): string =>
  `axe.run({ resultTypes: ['violations'], selectors: false, ${rules[scheme]} }).then(({ violations }) => violations)`;

/**
 * Looks at the page as it stands, light and dark, on a desk and on a phone: axe's complaints and anything that sticks
 * out sideways come back as sentences (none is right); a picture of each goes into `folder`, where there is one. Other `screens`
 * are looked at instead where it says so; the last of their sizes stays.
 */
export async function inspect(
  page: Page,
  state: string,
  folder: string | undefined,
  screens: Screens = 'usual',
): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const { size, colorScheme } of screens === 'broad' ? broadViews : views) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const view = `${state}-${size.width}-${colorScheme}`;
    // Reduced motion leaves no transitions to wait for; two frames see the layout through.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
    if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${view}.png`) });
    // Injected by the debugger, which the page's content security policy does not bind.
    if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe);
    const violations = await page.evaluate<AxeResults['violations']>(violationsBy(colorScheme));
    for (const { id, nodes } of violations)
      complaints.push(`${view}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    const beyond = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (beyond > 0) complaints.push(`${view}: ${beyond} px stick out sideways`);
  }
  if (screens === 'usual') await page.setViewportSize(desk);
  return complaints;
}
