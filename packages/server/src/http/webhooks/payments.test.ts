import { expect, test } from 'bun:test';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import { confirmSaleTerms } from '../../services/sales/sale-terms.ts';
import { openFakeEpay } from '../../services/payments/testing/fake-epay.ts';
import { orderRepository } from '../../store/payments/orders.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { cookiesOf, field, openTestApp, testPassword } from '../testing/admin-app.ts';

/** Credit is bought through the doors that there are: the admin API, and the webhook of a method. */
test('from the terms to the credit, by HTTP', async () => {
  const database = await openInMemory();
  const app = await openTestApp(database);
  const fake = openFakeEpay();
  const root = await app.enroll('root', 'root@example.com');
  const ann = await app.enroll('user', 'ann@example.com');
  const asRoot = async (method: string, path: string, body: unknown) =>
    await app.call(method, path, { token: root.token, body });
  const buy = async (methodId: string) =>
    await app.call('POST', '/api/v1/wallet/top-ups', {
      token: ann.token,
      body: { methodId, amountUsd: '10', idempotencyKey: 'press-once' },
    });

  await asRoot('PUT', '/api/v1/settings/site.publicUrl', { value: 'https://gate.example' });
  const made = await asRoot('POST', '/api/v1/payment-methods', fake.input('Alipay'));
  expect([made.status, made.text.includes('epay-merchant-key')]).toEqual([201, false]);
  const id = field(made.json, 'id');
  expect(field(made.json, 'callbackUrl')).toBe(`https://gate.example/api/webhooks/payments/${id}`);

  // A token confirms nothing; a person does.
  const terms = { version: saleTermsVersion, confirmed: true };
  expect((await asRoot('PUT', '/api/v1/sale-terms', terms)).status).toBe(403);
  expect(field((await buy(id)).json, 'error.code')).toBe('sales_closed');
  const sameOrigin = { 'sec-fetch-site': 'same-origin' };
  const signedIn = await app.call('POST', '/api/v1/session', {
    body: { email: 'root@example.com', password: testPassword },
    headers: sameOrigin,
  });
  const confirmed = await app.call('PUT', '/api/v1/sale-terms', {
    cookie: cookiesOf(signedIn),
    headers: sameOrigin,
    body: terms,
  });
  expect(confirmed.json).toMatchObject({ open: true, history: [{ by: root.user.id, address: '203.0.113.5' }] });

  const quote = await app.call('GET', `/api/v1/wallet/quote?methodId=${id}&amountUsd=10`, { token: ann.token });
  expect(quote.json).toEqual({ price: '73.00', currency: 'CNY', percentOff: 0 });
  const bought = await buy(id);
  expect(bought.json).toMatchObject({ state: 'pending', price: '73.00', currency: 'CNY' });
  const order = await orderRepository.find(database.db, field(bought.json, 'id'));
  if (order === undefined) throw new Error('the order is gone');
  const { query } = await fake.pay(order, field(bought.json, 'next.url'));
  const door = `/api/webhooks/payments/${id}`;
  const forged = await app.call(
    'GET',
    `${door}?${fake.forge({ method: 'get', query, headers: new Headers(), body: new Uint8Array() }).query}`,
  );
  expect([forged.status, forged.text]).toEqual([400, 'refused']);
  expect((await app.call('GET', `/api/webhooks/payments/pm_none?${query}`)).status).toBe(404);
  const posted = await app.call('POST', door, {
    text: query.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect([posted.status, posted.text]).toEqual([200, 'success']);
  const again = await app.call('GET', `${door}?${query}`);
  expect([again.status, again.text]).toEqual([200, 'success']);
  const wallet = await app.call('GET', '/api/v1/wallet', { token: ann.token });
  expect(wallet.json).toEqual({ balanceNanos: '10000000000', creditLineNanos: '0', selling: true });
  const callbacks = await app.call('GET', '/api/v1/payment-callbacks', { token: root.token });
  expect(callbacks.json).toMatchObject({
    data: [{ outcome: 'unchanged' }, { outcome: 'applied' }, { outcome: 'refused', reason: 'the signature is wrong' }],
  });
  // Withdrawn: nothing new, but the door stays for what was begun.
  await confirmSaleTerms(app.accounts, { ...terms, confirmed: false, userId: 'x', address: '', actor: 'user:x' });
  expect((await app.call('GET', '/api/v1/wallet/methods', { token: ann.token })).json).toEqual({ data: [] });
  expect((await app.call('GET', `${door}?${query}`)).status).toBe(200);
  fake.close();
  app.snapshots.close();
  await database.close();
});
