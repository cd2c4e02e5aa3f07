import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { balanced, verify } from '../account.ts';
import { callFlat, flatConfig } from '../money/flat-price.ts';
import { chromiumPath } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';

/** What a team may spend, as its owner sets it: a wallet, a plan by the seat, and budgets that stop. */

describe.skipIf(chromiumPath === undefined)('money of a team', () => {
  let stage: Stage;
  let page: Page;
  let team: string;

  beforeAll(async () => {
    stage = await openStage({
      config: flatConfig,
      answer: () =>
        Response.json({
          object: 'chat.completion',
          choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
        }),
      credit: '100',
      path: '/teams',
    });
    ({ page } = stage);
  }, 60_000);
  afterAll(async () => {
    await stage?.close();
  });

  const at = (path: string): string => `${stage.gateway.url}${path}`;
  const dialog = () => page.getByRole('dialog').or(page.getByRole('alertdialog'));
  const shows = async (text: string | RegExp): Promise<void> => await page.getByText(text).first().waitFor();

  test('is made, and paid into', async () => {
    await page.getByText('No teams yet').waitFor();
    await page.getByRole('button', { name: 'Create team' }).first().click();
    await dialog().getByLabel('Name').fill('Shop');
    await dialog().getByRole('button', { name: 'Create team' }).click();
    await page.waitForURL(/\/teams\/team_/);
    team = new URL(page.url()).pathname;
    await page.goto(at(`${team}?tab=wallet`));
    await page.getByRole('region', { name: 'Pay in' }).getByLabel('Amount').fill('80');
    await page.getByRole('region', { name: 'Pay in' }).getByRole('button', { name: 'Pay in' }).click();
    await shows('The balance is now $80.00.');
  }, 60_000);

  test('subscribes to a plan by the seat, has more seats at once and fewer with the next term', async () => {
    await page.goto(at(`${team}?tab=plan`));
    await shows('No plans for teams');
    await stage.view.look('team without a plan');
    await page.goto(at('/sales'));
    await stage.view.press('Read the terms');
    await page.getByText('I have read these terms').click();
    await stage.view.press('Confirm, and open the sale');
    await page.getByText('Confirmed', { exact: true }).waitFor();
    const plan = { name: 'Seats', priceUsd: '5', amount: '8', perSeat: true };
    expect((await stage.admin.call('POST', '/plans', plan)).status).toBe(201);
    await page.goto(at(`${team}?tab=plan`));
    await stage.view.press('Subscribe');
    await dialog().getByRole('textbox', { name: 'Seats' }).fill('3');
    await page.keyboard.press('Tab');
    await shows('$15.00 is taken from the team’s wallet now');
    await stage.view.look('plan of a team before it is taken');
    await dialog().getByRole('button', { name: 'Subscribe' }).click();
    await shows('1 of 3 seats taken');
    await shows('$0.00 used of $24.00');
    await page.getByText('$65.00', { exact: true }).waitFor();

    await stage.view.press('Change seats');
    await dialog().getByRole('textbox', { name: 'Seats' }).fill('4');
    await page.keyboard.press('Tab');
    await shows('4 seats at once');
    await stage.view.look('more seats of a team');
    await dialog().getByRole('button', { name: 'Change seats' }).click();
    await shows('1 of 4 seats taken');
    await stage.view.press('Change seats');
    await dialog().getByRole('textbox', { name: 'Seats' }).fill('2');
    await page.keyboard.press('Tab');
    await shows(/2 seats from .* on; until then nothing changes/);
    await dialog().getByRole('button', { name: 'Change seats' }).click();
    await shows(/^2 seats from/);
    await stage.view.look('plan of a team');
  }, 90_000);

  test('has a budget that refuses what goes beyond', async () => {
    await page.goto(at(`${team}?tab=wallet`));
    const budgets = page.getByRole('region', { name: 'Budgets of the team' });
    await budgets.getByRole('button', { name: 'Set a budget' }).click();
    await page.getByLabel('Limit').fill('0.002');
    await stage.view.look('budget of a team');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await budgets.getByText('$0.00 of $0.002 this month').waitFor();
    const { body: made } = await stage.admin.call<{ key: string }>('POST', '/keys', {
      name: 'storefront',
      teamId: team.replace('/teams/', ''),
    });
    const statuses: number[] = [];
    for (let call = 0; call < 3; call++) statuses.push((await callFlat(stage.gateway.url, made.key, false)).status);
    expect(statuses).toEqual([200, 200, 402]);
    await page.goto(at(`${team}?tab=wallet`));
    await budgets.getByText('<$0.01 of $0.002 this month').waitFor();
  }, 60_000);

  test('budgets of a person are set, changed for a while, and removed', async () => {
    await page.goto(at('/budgets'));
    await page.getByRole('button', { name: 'Set a budget' }).first().click();
    await dialog().getByLabel('Limit', { exact: true }).fill('0.001');
    await dialog().getByLabel('Model', { exact: true }).fill('flat');
    await stage.view.look('budget of a person');
    await dialog().getByRole('button', { name: 'Save', exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('Nothing spent yet').waitFor();
    const own = await stage.admin.createKey('laptop');
    expect((await callFlat(stage.gateway.url, own.key, false)).status).toBe(200);
    expect((await callFlat(stage.gateway.url, own.key, false)).status).toBe(402);
    await page.goto(at('/budgets'));
    await shows('Spent: requests are refused');
    await page.getByText(/^Shop · All keys/).waitFor();
    await stage.view.look('budgets');

    const line = page.getByRole('listitem').filter({ hasText: 'flat' });
    await line.getByRole('button', { name: 'Change' }).click();
    await dialog().getByText('Another limit until a date').click();
    await dialog().getByLabel('Limit meanwhile').fill('1');
    await dialog().getByLabel('Until the end of').fill('2031-05-01');
    await dialog().getByLabel('Reason').fill('Sale of the year');
    await stage.view.look('another limit until a date');
    await dialog().getByRole('button', { name: 'Save', exact: true }).click();
    await shows(/Instead of \$0\.001 until .*: Sale of the year/);
    expect((await callFlat(stage.gateway.url, own.key, false)).status).toBe(200);

    await line.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Sale of the year').waitFor({ state: 'detached' });
    expect(await verify(stage.gateway)).toEqual(balanced);
  }, 90_000);
});
