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

/** How long each frame takes from now on, ms, while something is done in each; `seen.longest` is the longest task of that time. */
const frames = (forMs: number, inEach = ''): string => `new Promise((done) => {
  seen.longest = 0;
  const frames = [];
  let last = performance.now();
  const begun = last;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    ${inEach}
    if (now - begun < ${forMs}) requestAnimationFrame(step); else done(frames.slice(2));
  };
  requestAnimationFrame(step);
})`;

/** What is scrolled on a page that scrolls by itself: more than a hundred thousand pixels high. */
const findScrolled = `void (window.scrolled = [...document.querySelectorAll('body *')].find((one) => one.scrollHeight > 100000
  && one.clientHeight < 2000)) || scrolled.scrollIntoView({ block: 'center' })`;
/** By so many pixels a frame: 7200 a second is a hard flick of the finger, 24 000 leads through eleven new rows a frame. */
const scrolling = (pixels: number): string => `scrolled.scrollTop += ${pixels};`;
const flick = 120;
const fastest = 400;

/** As many rows in plain HTML, without anything that draws them: what the browser itself needs on this machine. */
const plainRows = `<main style="height: 420px; overflow: auto; font: 14px sans-serif">${Array.from(
  { length: 10_000 },
  (_, row) =>
    `<div style="height: 36px">${`<span style="display: inline-block; width: 150px">${row}</span>`.repeat(5)}</div>`,
).join('')}</main>`;

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
const ms = (value: number): string => `${Math.round(value)} ms`;
const told = (frames: readonly number[]): string =>
  `${ms(p95(frames))}, longest ${ms(Math.max(...frames))}, of ${frames.length} frames`;

async function measure(page: Page, url: string): Promise<Readonly<Record<string, string>>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(`${url}/home`);
  await page.getByText('Needs attention').first().waitFor();
  await page.waitForTimeout(2000);
  const lcp = await page.evaluate<number>('seen.lcp');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const longest = async (path: string, shows: string): Promise<number> => {
    await page.goto(url + path);
    await page.getByText(shows).first().waitFor();
    await page.waitForTimeout(2000);
    return await page.evaluate<number>('seen.longest');
  };
  const allParts = await longest('/parts', 'Fields of a form');
  const grid = await longest('/parts?only=grids', 'row 10');
  await page.evaluate(findScrolled);
  const scrolled = await page.evaluate<number[]>(frames(2000, scrolling(flick)));
  const scrolledFast = await page.evaluate<number[]>(frames(2000, scrolling(fastest)));
  const tail = await watchTail(page, url);
  const floor = await measureFloor(page);
  return {
    'largest contentful paint of /home, CPU four times slower, nothing cached (budget 2000 ms)': ms(lcp),
    'longest task while a page with a grid of 10 000 rows is mounted (budget 200 ms)': `${ms(grid)}; with every other part of the console on it ${ms(allParts)}`,
    'frames while that grid is scrolled by 7200 pixels a second, p95 (budget 34 ms)': told(scrolled),
    'the same by 24 000 pixels a second': `${told(scrolledFast)}; as many plain rows ${told(floor.plain)}`,
    'longest frame while 200 requests a second end in the live log, for ten seconds (budget 50 ms)': `${told(tail.frames)}, longest task ${ms(tail.longest)}, ${tail.arrived} arrived; an empty page ${told(floor.empty)}`,
  };
}

/** What frames take where there is nothing of ours: an empty page, and plain rows that are scrolled. */
async function measureFloor(
  page: Page,
): Promise<{ readonly empty: readonly number[]; readonly plain: readonly number[] }> {
  await page.goto('about:blank');
  const empty = await page.evaluate<number[]>(frames(2000));
  await page.setContent(plainRows);
  await page.evaluate(findScrolled);
  return { empty, plain: await page.evaluate<number[]>(frames(2000, scrolling(fastest))) };
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
    const seen = await page.evaluate<number[]>(frames(10_000));
    const longest = await page.evaluate<number>('seen.longest');
    const arrived = busy.told() - before;
    if (arrived < 1500) throw new Error(`the log was told of ${arrived} requests only`);
    return { frames: seen, longest, arrived };
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
