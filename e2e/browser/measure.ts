// Measures the console on the demonstration: `bun e2e/browser/measure.ts` (build the console first, on a calm machine).

import type { Page } from 'playwright-core';
import { busyTail } from './busy-tail.ts';
import { onDemo } from './demo.ts';

/** Begins to note what the browser tells of painting and of tasks that hold it up; runs in each page before its own scripts. */
const watch = `
  window.seen = { lcp: 0, longest: 0 };
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.lcp = entry.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration); })
    .observe({ type: 'longtask', buffered: true });
`;

/** Scrolls the grid of 10 000 rows for two seconds, and returns how long each frame took; ms. */
const scroll = `new Promise((done) => {
  const grid = [...document.querySelectorAll('main *')].find((one) => one.scrollHeight > 100000);
  if (!grid) { done([]); return; }
  grid.scrollIntoView({ block: 'center' });
  const frames = [];
  let last = performance.now();
  const begun = last;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    grid.scrollTop += 400;
    if (now - begun < 2000) requestAnimationFrame(step); else done(frames.slice(2));
  };
  requestAnimationFrame(step);
})`;

/** How long each frame takes in ten seconds, and the longest task in them; ms. */
const watchFrames = `new Promise((done) => {
  seen.longest = 0;
  const frames = [];
  let last = performance.now();
  const begun = last;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    if (now - begun < 10000) requestAnimationFrame(step); else done({ frames: frames.slice(2), longest: seen.longest });
  };
  requestAnimationFrame(step);
})`;

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
const ms = (value: number): string => `${Math.round(value)} ms`;

async function measure(page: Page, url: string): Promise<Readonly<Record<string, string>>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(`${url}/home`);
  await page.getByText('Needs attention').first().waitFor();
  await page.waitForTimeout(2000);
  const lcp = await page.evaluate<number>('seen.lcp');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await page.goto(`${url}/parts`);
  await page.getByText('Fields of a form').first().waitFor();
  await page.waitForTimeout(2000);
  const longest = await page.evaluate<number>('seen.longest');
  const frames = await page.evaluate<number[]>(scroll);
  const tail = await watchTail(page, url);
  return {
    'largest contentful paint of /home, CPU four times slower, nothing cached (budget 2000 ms)': ms(lcp),
    'longest task while the page with the grid of 10 000 rows is mounted (budget 200 ms)': ms(longest),
    'frames while that grid is scrolled, p95 (budget 34 ms)': `${ms(p95(frames))} of ${frames.length} frames`,
    'longest frame while 200 requests a second end in the live log, for ten seconds (budget 50 ms)': `${ms(Math.max(...tail.frames))} of ${tail.frames.length} frames, p95 ${ms(p95(tail.frames))}, longest task ${ms(tail.longest)}, ${tail.arrived} arrived`,
  };
}

/** Looks at the log of requests while it is told of many; throws when it is not. */
async function watchTail(
  page: Page,
  url: string,
): Promise<{ readonly frames: readonly number[]; readonly longest: number; readonly arrived: number }> {
  const busy = busyTail(url);
  try {
    await page.goto(`${busy.url}/requests`);
    await page.getByRole('grid').first().waitFor();
    // Until the first of them are there, the page is still being drawn.
    await page.waitForTimeout(3000);
    const before = busy.told();
    const { frames, longest } = await page.evaluate<{ frames: number[]; longest: number }>(watchFrames);
    const arrived = busy.told() - before;
    if (arrived < 1500) throw new Error(`the log was told of ${arrived} requests only`);
    return { frames, longest, arrived };
  } finally {
    await busy.stop();
  }
}

await onDemo(
  ['--requests', '20000'],
  async (page, url) => {
    for (const [what, value] of Object.entries(await measure(page, url))) console.log(`${what}: ${value}`);
  },
  async (page) => {
    await page.addInitScript(watch);
  },
);
