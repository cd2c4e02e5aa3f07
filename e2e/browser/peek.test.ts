import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Locator, Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';

/** A request beside the log, on a screen that has room for both. */

const broad = { width: 1440, height: 900 } as const;
const total = 60;

const config = (baseUrl: string): string => `
channels:
  - name: main
    provider: custom
    baseUrl: ${baseUrl}
    credentials: [{ apiKey: upstream-secret }]
    models: [steady]
    groups: [default]
models:
  - { name: steady, price: { input: 1, output: 2 } }
groups:
  - { name: default, multiplier: 1 }
`;

const answer = (): Response =>
  Response.json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'steady',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });

describe.skipIf(chromiumPath === undefined)('the peek beside the log', () => {
  let stage: Stage;
  let page: Page;
  let grid: Locator;
  let panel: Locator;
  let key = '';

  const ask = async (): Promise<void> => {
    const { status } = await fetch(`${stage.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'steady', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(status).toBe(200);
  };
  const peeked = (): string | null => new URL(page.url()).searchParams.get('peek');
  /** The row that is looked at: its place among all, counted from 0. */
  const place = async (): Promise<number> =>
    Number(await grid.locator('[role=row][aria-current=true]').getAttribute('aria-rowindex')) - 2;
  /** The row whose cell has the focus; undefined where the focus is elsewhere. */
  const focused = async (): Promise<number | undefined> =>
    (await page.evaluate<number | null>(
      `Number(document.activeElement?.closest('[role=grid] [role=row]')?.getAttribute('aria-rowindex') ?? 1) - 2`,
    )) ?? undefined;
  const widthOf = async (what: Locator): Promise<number> => (await what.boundingBox())?.width ?? 0;
  const scrolled = (): Promise<number> => grid.evaluate((element) => element.scrollTop);
  /** Waits for the panel to be about the row at that place, with the focus at it. */
  const follows = async (row: number): Promise<void> => {
    await grid.locator(`[role=row][aria-rowindex="${row + 2}"][aria-current=true]`).waitFor();
    await page.waitForFunction(
      `document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') === '${row + 2}'`,
    );
    await panel.getByText(peeked() ?? 'no id').waitFor();
  };

  beforeAll(async () => {
    stage = await openStage({ config, answer, credit: '5', path: '/home' });
    page = stage.page;
    key = (await stage.admin.createKey('app')).key;
    for (let time = 0; time < total; time++) await ask();
    await page.setViewportSize(broad);
    await page.getByRole('link', { name: 'Requests' }).first().click();
    grid = page.getByRole('grid', { name: 'Requests, newest first' });
    panel = page.getByRole('complementary', { name: 'steady' });
    await grid.getByRole('row').nth(20).waitFor();
  }, 60_000);

  afterAll(async () => {
    await stage?.close();
  });

  test('stands beside the rows, which keep their place, and takes neither the page nor the focus', async () => {
    const before = await widthOf(grid);
    await grid.evaluate((element) => element.scrollTo({ top: 300 }));
    const row = grid.locator('[role=row][aria-rowindex="20"]');
    await row.click({ position: { x: 60, y: 10 } });
    await follows(18);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await scrolled()).toBe(300);
    const [box, beside] = [await grid.boundingBox(), await panel.boundingBox()];
    expect(beside?.x ?? 0).toBeGreaterThanOrEqual((box?.x ?? 0) + (box?.width ?? 0));
    expect((beside?.y ?? 0) + (beside?.height ?? 0)).toBeLessThanOrEqual(broad.height);
    expect(await widthOf(grid)).toBeLessThan(before - 400);
    await stage.view.look('peek-beside', 'broad');

    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(peeked()).toBeNull();
    expect(await widthOf(grid)).toBe(before);
    expect(await scrolled()).toBe(300);
    expect(await focused()).toBe(18);
  }, 60_000);

  test('follows the cursor, and the cursor follows what is stepped to', async () => {
    await page.keyboard.press('o');
    await follows(18);
    await page.keyboard.press('j');
    await follows(19);
    await page.keyboard.press('ArrowDown');
    await follows(20);
    await page.keyboard.press('k');
    await follows(19);
    await page.keyboard.press(']');
    await follows(20);
    await page.keyboard.press('[');
    await page.keyboard.press('[');
    await follows(18);
    // Faster than the address changes.
    for (let time = 0; time < 25; time++) await page.keyboard.press('j', { delay: 0 });
    await follows(43);
    await page.keyboard.press('Home');
    expect(await place()).toBe(43);
    // Further down than what was in sight, the rows have moved along.
    expect(await scrolled()).toBeGreaterThan(300);
  }, 60_000);

  test('gives the focus back to the row when it is closed from within', async () => {
    await panel.getByRole('button', { name: 'Older' }).click();
    await grid.locator('[role=row][aria-rowindex="46"][aria-current=true]').waitFor();
    expect(await panel.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'detached' });
    expect(await focused()).toBe(44);
  }, 30_000);

  test('holds what is new back until one goes on', async () => {
    await grid.evaluate((element) => element.scrollTo({ top: 0 }));
    await page.getByText('Live', { exact: true }).waitFor();
    await grid.locator('[role=row][aria-rowindex="3"]').click({ position: { x: 60, y: 10 } });
    await follows(1);
    const id = peeked();
    await ask();
    await page.getByRole('button', { name: '1 new' }).click();
    await panel.waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
    // What was looked at has one more above it.
    await grid.locator('[role=row][aria-rowindex="4"]').click({ position: { x: 60, y: 10 } });
    await follows(2);
    expect(peeked()).toBe(id);
  }, 30_000);

  test('`o` beside it opens the page; a narrower screen has it above the log', async () => {
    const id = peeked();
    await page.setViewportSize({ width: 1366, height: 860 });
    await page.getByRole('dialog').waitFor();
    expect(await panel.count()).toBe(0);
    await page.setViewportSize(broad);
    await panel.waitFor();
    await grid.locator('[role=row][aria-current=true] [role=gridcell]').first().focus();
    await page.keyboard.press('o');
    await page.waitForURL(`**/requests/${id}`);
    // A link to one leads the cursor to it.
    await page.goto(`${stage.gateway.url}/requests?peek=${id}`);
    await panel.getByText(id ?? 'no id').waitFor();
    await grid.locator('[role=row][aria-current=true] [role=gridcell][tabindex="0"]').waitFor();
    expect(stage.view.wrong).toEqual([]);
  }, 60_000);

  test('a view that is shared is a tab of the page, for who saved it and for everybody', async () => {
    await page.goto(`${stage.gateway.url}/requests?failed=true`);
    await page.getByText('Nothing matches').waitFor();
    expect(await page.getByRole('navigation', { name: 'Views' }).count()).toBe(0);
    await stage.view.press('Views');
    await stage.view.press('Save this view');
    await page.getByLabel('Name of the view').fill('What failed');
    await page.locator('label').filter({ hasText: 'Share with everybody' }).click();
    await stage.view.press('Save');
    const tabs = page.getByRole('navigation', { name: 'Views' });
    await tabs.getByRole('button', { name: /What failed/ }).waitFor();
    const { body } = await stage.admin.call<{ readonly data: readonly unknown[] }>('GET', '/views?page=requests');
    expect(body.data).toMatchObject([{ name: 'What failed', query: 'failed=true', shared: true, own: true }]);
    await stage.view.look('shared-views');
    await tabs.getByRole('button', { name: 'All', exact: true }).click();
    await page.waitForURL(`${stage.gateway.url}/requests`);
    await grid.getByRole('row').nth(20).waitFor();
    await tabs.getByRole('button', { name: /What failed/ }).click();
    await page.waitForURL('**/requests?failed=true');
    expect(await tabs.locator('[aria-current=true]').textContent()).toContain('What failed');
    expect(stage.view.wrong).toEqual([]);
  }, 90_000);
});
