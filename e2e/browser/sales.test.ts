import { afterAll, beforeAll, describe, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { openFakeCreem } from '@tollgate/server/services/payments/testing/fake-creem';
import { openFakeEpay } from '@tollgate/server/services/payments/testing/fake-epay';
import type { FakeProvider } from '@tollgate/server/services/payments/testing/fake-provider';
import { openFakeStripe } from '@tollgate/server/services/payments/testing/fake-stripe';
import { type Gateway, startGateway } from '../gateway.ts';
import { chromiumPath } from './chromium.ts';
import { enterByLink, openConsolePage, type ConsolePage } from './console-page.ts';

/** From the terms to the refund: root opens the sale, and credit is bought by each provider's fake and by a code. */

describe.skipIf(chromiumPath === undefined)('sales', () => {
  let gateway: Gateway;
  let view: ConsolePage;
  let page: Page;
  const fakes: Readonly<Record<string, FakeProvider>> = {
    Alipay: openFakeEpay(),
    Card: openFakeStripe(() => Date.now()),
    'Card by Creem': openFakeCreem(),
  };

  /** As the console calls: with the session of the page. */
  const call = async (method: string, at: string, body?: unknown): Promise<unknown> =>
    await page.evaluate(
      async ([how, where, sent]) => {
        const response = await fetch(`/api/v1${where}`, {
          method: how ?? 'GET',
          headers: { 'content-type': 'application/json' },
          ...(sent !== undefined && { body: sent }),
        });
        return (await response.json()) as unknown;
      },
      [method, at, body === undefined ? undefined : JSON.stringify(body)] as const,
    );
  const look = async (state: string): Promise<void> => {
    await view.look(`sales-${state}`);
  };
  const press = async (name: string | RegExp): Promise<void> =>
    await page.getByRole('button', { name }).first().click();
  const balance = (amount: string) =>
    page.getByRole('region', { name: 'Balance' }).getByText(amount, { exact: true }).waitFor();

  beforeAll(async () => {
    gateway = await startGateway({});
    view = await openConsolePage();
    page = view.page;
    await enterByLink(page, gateway.setupUrl, { email: 'root@example.com', password: 'correct horse battery' });
    await page.getByRole('link', { name: 'Leave for later' }).waitFor();
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    for (const fake of Object.values(fakes)) fake.close();
  });

  test('nothing is sold before root has confirmed the terms', async () => {
    await page.goto(`${gateway.url}/wallet`);
    await page.getByText('Nothing is sold here yet').waitFor();
    await page.goto(`${gateway.url}/sales`);
    await press('Read the terms');
    await page.getByText('I have read these terms').click();
    await press('Confirm, and open the sale');
    await page.getByText('Confirmed', { exact: true }).waitFor();
    await look('terms');
  }, 60_000);

  test('a code is made, shown once, and redeemed', async () => {
    await page.goto(`${gateway.url}/sales`);
    await press('Make codes');
    await page.getByLabel('Name of the batch').fill('Spring');
    await page.getByLabel('Amount of each').fill('5');
    await page.getByRole('dialog').getByRole('button', { name: 'Make codes' }).click();
    await page.getByText('Save them now').waitFor();
    await look('codes');
    const [code = ''] = ((await page.locator('[data-secret] pre').textContent()) ?? '').split('\n');
    await press('I have saved them');
    await page.goto(`${gateway.url}/wallet`);
    await page.getByRole('textbox', { name: 'Code' }).fill(code.toLowerCase());
    await press('Redeem');
    await balance('$5.00');
  }, 60_000);

  test('credit is bought on each provider’s page, followed to its credit, and refunded', async () => {
    await call('PUT', '/settings/site.publicUrl', { value: gateway.url });
    for (const [at, [name, fake]] of Object.entries(fakes).entries()) {
      const method = (await call('POST', '/payment-methods', fake.input(name))) as { readonly id: string };
      fake.hook = `${gateway.url}/api/webhooks/payments/${method.id}`;
      await page.goto(`${gateway.url}/wallet`);
      if (at > 0) {
        await page.getByLabel('Pay by').click();
        await page.getByRole('option', { name, exact: true }).click();
      }
      await press(/^Pay (20|146)\.00/);
      await page.getByRole('link', { name: /^Pay (20|146)\.00/ }).click();
      await page.getByText('$20.00 credited').waitFor();
      await balance(`$${5 + 20 * (at + 1)}.00`);
    }
    await look('credited');
    const orders = (await call('GET', '/orders')) as {
      readonly data: readonly { readonly id: string; readonly method: string }[];
    };
    for (const [at, { id }] of orders.data.entries()) {
      await page.goto(`${gateway.url}/sales?tab=orders`);
      await press(`Actions for ${id}`);
      await page.getByRole('menuitem', { name: 'Refund' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Refund' }).click();
      await page.getByText('Refunded').nth(at).waitFor();
    }
    await page.goto(`${gateway.url}/wallet`);
    await balance('$5.00');
    await page.goto(`${gateway.url}/sales?tab=callbacks`);
    await page.getByText('Taken').first().waitFor();
    await look('callbacks');
  }, 120_000);
});
