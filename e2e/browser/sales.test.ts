import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { deliver, type FakeProvider } from '@tollgate/server/services/payments/testing/fake-provider';
import { fakeProviders } from '@tollgate/server/services/payments/testing/fake-providers';
import { callFlat, flatConfig } from '../money/flat-price.ts';
import { startFlatUpstream, type FlatUpstream } from '../money/flat-upstream.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { chromiumPath } from './chromium.ts';
import { enter, enterByLink, openConsolePage, type ConsolePage } from './console-page.ts';

/** From the terms to the refund: root opens the sale, and credit is bought by each provider's fake and by a code. */

describe.skipIf(chromiumPath === undefined)('sales', () => {
  const root = { email: 'root@example.com', password: 'correct horse battery' };
  let gateway: Gateway;
  let upstream: FlatUpstream;
  let view: ConsolePage;
  let page: Page;
  const fakes = Object.fromEntries(Object.entries(fakeProviders).map(([name, open]) => [name, open()]));

  /** As the console calls: with the session of the page. */
  const call = async (method: string, at: string, body?: unknown): Promise<unknown> =>
    await page.evaluate(
      async ([how, where, sent]) => {
        const response = await fetch(`/api/v1${where}`, {
          method: how ?? 'GET',
          headers: { 'content-type': 'application/json' },
          ...(sent !== undefined && { body: sent }),
        });
        return response.status === 204 ? undefined : ((await response.json()) as unknown);
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
    upstream = startFlatUpstream();
    gateway = await startGateway({ config: flatConfig(upstream.baseUrl) });
    view = await openConsolePage();
    page = view.page;
    await enterByLink(page, gateway.setupUrl, root);
    await page.getByRole('link', { name: 'Leave for later' }).waitFor();
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    await upstream?.stop();
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

  test('ways to pay are set up, and say that they work', async () => {
    await call('PUT', '/settings/site.publicUrl', { value: gateway.url });
    for (const [name, fake] of Object.entries(fakes)) {
      const { id } = (await call('POST', '/payment-methods', fake.input(name))) as { readonly id: string };
      fake.hook = `${gateway.url}/api/webhooks/payments/${id}`;
    }
    await page.goto(`${gateway.url}/sales?tab=methods`);
    await press('Test');
    await page.getByText('stripe is set up right').waitFor();
    await look('methods');
    await press('Edit');
    await page.getByRole('button', { name: 'Add a discount' }).click();
    await page.getByLabel('From credit of').waitFor();
    await look('method');
  }, 60_000);

  test('a stranger buys by each provider, spends, and is refunded; the books and the providers agree', async () => {
    const stranger = { email: 'stranger@example.com', password: 'correct horse battery' };
    await call('POST', '/users', { ...stranger, role: 'user' });
    await call('DELETE', '/session');
    await page.goto(`${gateway.url}/wallet`);
    await enter(page, stranger);
    await balance('$0.00');
    let bought = 0;
    for (const [name, fake] of Object.entries(fakes)) {
      await page.goto(`${gateway.url}/wallet`);
      await page.getByLabel('Pay by').click();
      await page.getByRole('option', { name, exact: true }).click();
      await press(/^Pay (20|146)\.00/);
      if (name.endsWith('code')) await scan(fake);
      else await page.getByRole('link', { name: /^Pay (20|24|146)\.00/ }).click();
      await page.getByText('$20.00 credited').waitFor();
      bought += 20;
      await balance(`$${bought}.00`);
    }
    await look('credited');

    const key = (await call('POST', '/keys', { name: 'mine' })) as { readonly key: string };
    expect((await callFlat(gateway.url, key.key, false)).status).toBe(200);
    await call('DELETE', '/session');

    await page.goto(`${gateway.url}/sales?tab=orders`);
    await enter(page, root);
    await page.getByRole('heading', { name: 'Sales' }).waitFor();
    const { data: orders } = (await call('GET', '/orders?userId=all&limit=50')) as { readonly data: readonly Order[] };
    expect(orders.map(({ method }) => method).toSorted()).toEqual(Object.keys(fakes).toSorted());
    // One by hand, with what it does to the wallet; the others as the hand does it.
    const [first, ...others] = orders;
    await page.goto(`${gateway.url}/sales?tab=orders`);
    await press(`Actions for ${first?.id}`);
    await page.getByRole('menuitem', { name: 'Refund' }).click();
    await page.getByText('Takes $20.00 of credit').waitFor();
    await look('refund');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Refund' }).click();
    await page.getByText('Refunded').first().waitFor();
    for (const { id } of others)
      expect(await call('POST', `/orders/${id}/refunds`, {})).toMatchObject({ id, state: 'refunded' });
    for (const { id, reference, price, method } of orders) {
      const fake = fakes[method];
      const due = fake?.refundsByHand === true ? 0 : Math.round(Number(price) * 100);
      expect([method, fake?.refunded({ id, reference: reference ?? undefined })]).toEqual([method, due]);
    }
    await page.goto(`${gateway.url}/sales?tab=callbacks`);
    await page.getByText('Taken').first().waitFor();
    await look('callbacks');
    await call('DELETE', '/session');

    // What was spent before it was refunded is owed.
    await page.goto(`${gateway.url}/wallet`);
    await enter(page, stranger);
    await balance('−$0.01');
    await page.getByText('Owed: a refund').waitFor();
    await look('owed');
    const { data: months } = (await call('GET', '/statements')) as { readonly data: readonly Month[] };
    const sums = new Map<string, bigint>();
    for (const { kind, amountNanos } of months.flatMap(({ byKind }) => byKind))
      sums.set(kind, (sums.get(kind) ?? 0n) + BigInt(amountNanos));
    const paid = BigInt(bought) * 1_000_000_000n;
    const owed = BigInt(months[0]?.closingNanos ?? '0');
    expect([owed < 0n, Object.fromEntries(sums)]).toEqual([true, { top_up: paid, refund: -paid, usage: owed }]);
    const verified = await gateway.run('verify');
    expect([verified.code, verified.out.includes('unexplained: 0')]).toEqual([0, true]);
  }, 240_000);

  test('a plan is bought by a card, and begins', async () => {
    await call('DELETE', '/session');
    await page.goto(`${gateway.url}/plan`);
    await enter(page, root);
    await page.getByRole('heading', { name: 'My plan' }).waitFor();
    await call('POST', '/plans', { name: 'Pro', priceUsd: '20', amount: '30' });
    await page.goto(`${gateway.url}/plan`);
    await press('Subscribe');
    await page.getByLabel('Pay by').click();
    await page.getByRole('option', { name: 'stripe', exact: true }).click();
    await page.getByText('20.00 USD for the first term').waitFor();
    await page.getByText('Save the card, and pay for later terms by it').waitFor();
    await look('plan');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Subscribe' }).click();
    await page.getByRole('link', { name: 'Pay 20.00' }).click();
    await page.getByText('Pro is paid').waitFor();
    await page.goto(`${gateway.url}/plan`);
    await page.getByRole('button', { name: 'You have this plan' }).waitFor();
  }, 60_000);

  test('a card is saved at its provider, and tops the wallet up automatically', async () => {
    await page.goto(`${gateway.url}/wallet`);
    await press('Add a card');
    await page.getByRole('link', { name: 'Save card' }).click();
    await page.getByText('Visa ···· 4242').waitFor();
    await press('Set up');
    await page.getByLabel('When the balance is below').fill('1');
    await look('auto-top-up');
    await page.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click();
    await page.getByText('Below $1.00, buys $20.00').waitFor();
    await look('cards');
    await page.goto(`${gateway.url}/plan`);
    const payer = page.getByRole('button', { name: /Renewals are paid by/ });
    for (const [who, card] of [
      ['Visa ···· 4242', { label: 'Visa ···· 4242' }],
      ['The wallet', null],
    ] as const) {
      await payer.click();
      const changed = page.waitForResponse((one) => one.request().method() === 'PATCH');
      await page.getByRole('option', { name: who }).click();
      expect((await changed).status()).toBe(200);
      await payer.filter({ hasText: who }).waitFor();
      expect(await call('GET', '/subscriptions')).toMatchObject({ data: [{ card }] });
    }
    await page.goto(`${gateway.url}/wallet`);
    await press('Remove Visa');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove card' }).click();
    await page.getByText('No card is saved').waitFor();
  }, 60_000);

  test('a promotion is given to all members that fit', async () => {
    await page.goto(`${gateway.url}/sales?tab=promotions`);
    await press('Give a promotion');
    await page.getByLabel('Name', { exact: true }).fill('Come back');
    await page.getByText('Accounts that get it: 1, $5.00 in all').waitFor();
    await look('promotion');
    await press('Give it');
    await page.getByText('Come back').waitFor();
    await page.getByText('Given', { exact: true }).waitFor();
    await look('promotions');
  }, 60_000);

  test('what a provider charges is written as a price list of its channel', async () => {
    const { id } = (await call('POST', '/channels', {
      name: 'Contract',
      provider: 'openai',
      baseUrl: upstream.baseUrl,
      models: [{ name: 'own-model' }],
      credentials: [{ apiKey: 'sk-contract' }],
    })) as { readonly id: string };
    await page.goto(`${gateway.url}/channels/${id}?tab=costs`);
    await press('Add all of its models');
    await page.getByText('Enter at least one price').waitFor();
    await page.getByLabel('Input').fill('2.5');
    await press('Add a model');
    await page.getByRole('combobox', { name: 'Model upstream' }).last().fill('another');
    await page.getByLabel('Per call').last().fill('0.5');
    await look('costs');
    await press('Save');
    await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
    expect(await call('GET', `/channels/${id}`)).toMatchObject({
      costs: { prices: { 'own-model': { input: '2.5' }, another: { perCall: '0.5' } } },
    });
  }, 60_000);

  /** What the payer does with a code that is shown: scans it, and pays on a phone. */
  async function scan(fake: FakeProvider): Promise<void> {
    await page.getByRole('img', { name: 'Payment code' }).waitFor();
    if (fake === fakes['alipay code']) await look('code');
    const { data } = (await call('GET', '/orders?limit=1')) as { readonly data: readonly Order[] };
    const [order] = data;
    if (order?.next?.kind !== 'code') throw new Error('no code is shown');
    const known = { id: order.id, reference: order.reference ?? undefined };
    await deliver(fake.hook, await fake.pay(known, order.next.text));
  }
});

type Month = {
  readonly closingNanos: string;
  readonly byKind: readonly { readonly kind: string; readonly amountNanos: string }[];
};

type Order = {
  readonly id: string;
  readonly method: string;
  readonly price: string;
  readonly reference: string | null;
  readonly next: { readonly kind: string; readonly text: string } | null;
};
