import { expect, test } from 'bun:test';
import { inflateSync } from 'node:zlib';
import { sql } from 'kysely';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { verify } from '../ledger/verify.ts';
import { buyCredit } from '../payments/buy.ts';
import { confirmOrder, refundOrder } from '../payments/settle-order.ts';
import { openShop } from '../payments/testing/payments.ts';
import { invoiceFile, invoicesFile } from './invoice-file.ts';
import { changeBillingDetails, invoicesWithin, listInvoices, readBillingDetails, readInvoice } from './invoices.ts';
import { findFaces } from './pdf-fonts.ts';

const person = { label: 'user:usr_root', address: '203.0.113.9' };

/** A shop whose buyers pay by bank transfer, with 20 % of tax in its prices. */
async function openSeller(database: Parameters<typeof openShop>[0], sellerName = 'Gate Ltd.') {
  const shop = await openShop(database);
  const method = await shop.method({ name: 'Bank transfer', provider: 'manual', settings: { instructions: 'IBAN …' } });
  const settings = shop.deps.snapshot().settings;
  const invoices = { ...settings.invoices, sellerName, sellerAddress: 'Main Street 1\nDublin', taxPercent: '20' };
  const snapshot = () => ({ ...shop.deps.snapshot(), settings: { ...settings, invoices } });
  const deps = { ...shop.deps, snapshot };
  const buy = async (clientKey: string) =>
    await buyCredit(deps, { user: shop.user, methodId: method.id, credit: 12_000_000_000n, clientKey, address: '' });
  const pay = async (clientKey: string) => await confirmOrder(deps, person, (await buy(clientKey)).id, '');
  const all = async () => await invoicesWithin(deps, { userId: shop.user.id });
  return { ...shop, deps, buy, pay, all };
}

eachDatabase('invoices', (open) => {
  test('an order has one invoice, and credit notes for what was given back of it', async () => {
    const database = await open();
    const { deps, user, pay, all } = await openSeller(database);
    await changeBillingDetails(deps, user.id, {
      name: '张三有限公司',
      address: '人民路 1 号\n上海',
      country: 'CN',
      taxId: '91310000',
      email: '',
    });
    const order = await pay('first');
    await confirmOrder(deps, person, order.id, '').catch(() => undefined);
    await pay('second');
    await refundOrder(deps, person, order.id, { amount: 500n, note: '' });
    await refundOrder(deps, person, order.id, { amount: undefined, note: '' });
    const year = new Date(deps.now()).getUTCFullYear();
    expect((await all()).map(({ number, net, tax, total }) => [number, net, tax, total])).toEqual([
      [`INV-${year}-00001`, '10.00', '2.00', '12.00'],
      [`INV-${year}-00002`, '10.00', '2.00', '12.00'],
      [`CN-${year}-00001`, '4.17', '0.83', '5.00'],
      [`CN-${year}-00002`, '5.83', '1.17', '7.00'],
    ]);
    const { rows } = await listInvoices(deps, { limit: 1, userId: user.id });
    expect(rows[0]?.content).toMatchObject({
      buyer: { name: '张三有限公司', email: 'ann@example.com' },
      corrects: `INV-${year}-00001`,
      method: 'Bank transfer',
    });
    expect((await verify(database, Date.now())).unexplained).toBe(0);
    // A number that nobody has, and a note that says too much, are found.
    await sql`update invoice_series set last_number = last_number + 1 where series = ${`INV-${year}-`}`.execute(
      database.db,
    );
    await sql`update invoices set total_minor = 600 where number = ${`CN-${year}-00001`}`.execute(database.db);
    expect((await verify(database, Date.now())).problems.map(({ check }) => check)).toEqual([
      'credit notes come to what was refunded of their order',
      'numbers of invoices have no gaps',
    ]);
  });

  test('whom they are made out to may be saved twice at once', async () => {
    const { deps, user } = await openSeller(await open());
    const details = { name: 'Ann', address: 'Main Street 2', country: 'IE', taxId: '', email: '' };
    const saves = ['Ann', 'Ann Ltd.', 'Ann & Co.'].map(
      async (name) => await changeBillingDetails(deps, user.id, { ...details, name }),
    );
    const names = (await Promise.all(saves)).map(({ name }) => name);
    const kept = await readBillingDetails(deps, user.id);
    expect([names.includes(kept.name), { ...kept, name: '' }]).toEqual([true, { ...details, name: '' }]);
  });

  test('many at once are numbered without gaps, and one that fails leaves none', async () => {
    const database = await open();
    const { deps, buy, pay, all, cut } = await openSeller(database);
    const orders = await Promise.all(['1', '2', '3', '4', '5', '6'].map(async (key) => await buy(`key-${key}`)));
    await Promise.all(orders.map(async ({ id }) => await confirmOrder(deps, person, id, '')));
    cut.at = 'apply:before-commit';
    const unlucky = await buy('key-7');
    expect(await confirmOrder(deps, person, unlucky.id, '').catch(String)).toContain('killed');
    cut.at = undefined;
    await pay('key-8');
    await confirmOrder(deps, person, unlucky.id, '');
    const numbers = (await all()).map(({ number }) => Number(number.slice(-5)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await verify(database, Date.now())).unexplained).toBe(0);
  });
});

onSqlite('paper', (open) => {
  test('without a seller nothing is invoiced, and what was not invoiced is not corrected', async () => {
    const { deps, pay, all } = await openSeller(await open(), '');
    const { id } = await pay('first');
    await refundOrder(deps, person, id, { amount: undefined, note: '' });
    expect(await all()).toEqual([]);
  });

  test('an invoice is nobody else’s, and its files say what it says', async () => {
    const { deps, user, pay, all } = await openSeller(await open());
    const order = await pay('first');
    const [invoice] = await all();
    if (invoice === undefined) throw new Error('no invoice');
    expect(await readInvoice(deps, invoice.id, 'usr_other').catch(String)).toContain('no such invoice');
    expect(await readInvoice(deps, invoice.id, user.id)).toEqual(invoice);
    await refundOrder(deps, person, order.id, { amount: 100n, note: '' });
    const text = new TextDecoder().decode(invoicesFile(await all(), 'csv').bytes);
    const amounts = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(',').slice(-4).join(','));
    expect(amounts).toEqual(['net,tax_percent,tax,total', '10.00,20,2.00,12.00', '-0.83,20,-0.17,-1.00']);
    const pdf = await invoiceFile(invoice, { format: 'pdf', title: 'receipt' }, undefined);
    expect([pdf.name, pdf.contentType]).toEqual([`receipt-${invoice.number}.pdf`, 'application/pdf']);
    expect(Buffer.from(pdf.bytes).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('names in every script are printed, in a font that goes with the file', async () => {
    const { pay, all } = await openSeller(await open());
    await pay('first');
    const [invoice] = await all();
    if (invoice === undefined) throw new Error('no invoice');
    const name = '张三 Ľudmila ありがとう';
    const buyer = { ...invoice.content.buyer, name };
    const ask = async () =>
      await invoiceFile(
        { ...invoice, content: { ...invoice.content, buyer } },
        { format: 'pdf', title: 'invoice' },
        undefined,
      );
    const covered = (await findFaces(undefined)).some(({ covers }) => covers('张'.codePointAt(0) ?? 0));
    if (!covered) {
      // A system without such a font says so, instead of printing boxes.
      expect(await ask().catch(String)).toContain('TOLLGATE_PDF_FONT');
      return;
    }
    // Readers copy and search by the table from glyphs to letters.
    const pieces = streamsOf(Buffer.from((await ask()).bytes)).join('\n');
    for (const char of '张三ありがとう') expect(pieces).toContain((char.codePointAt(0) ?? 0).toString(16));
  });
});

/** What the compressed streams of a PDF hold. */
function streamsOf(pdf: Buffer): readonly string[] {
  const streams: string[] = [];
  for (let from = pdf.indexOf('stream\n'); from !== -1; from = pdf.indexOf('stream\n', from + 1)) {
    try {
      streams.push(inflateSync(pdf.subarray(from + 7)).toString('latin1'));
    } catch {
      // `endstream`, or one that is not compressed.
    }
  }
  return streams;
}
