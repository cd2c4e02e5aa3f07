import type { InvoiceContent } from '@tollgate/contract/api/invoices';
import { invoiceNumber, percentWithin, seriesOf, shareOf, taxWithin } from '../../domain/invoice.ts';
import { formatUsd, nanos } from '../../domain/money.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Database } from '../../store/database.ts';
import { billingDetailsRepository } from '../../store/paper/billing-details.ts';
import { invoiceRepository, type Invoice } from '../../store/paper/invoices.ts';
import { paymentMethodRepository } from '../../store/payments/methods.ts';
import type { StoredOrder } from '../../store/payments/orders.ts';
import { planRepository } from '../../store/subscriptions/plans.ts';
import { userRepository } from '../../store/users.ts';
import type { Transact } from '../subscriptions/deps.ts';

type IssueDeps = {
  readonly database: Pick<Database, 'kind'>;
  readonly snapshot: () => Pick<Snapshot, 'settings'>;
  readonly now: () => number;
  readonly newId: () => string;
};

/**
 * Writes what an order is due on paper, in the transaction that moves its credit: an invoice once it is credited for the first time, and
 * a credit note for what was given back since. Without a seller nothing is invoiced; what was, is still corrected.
 */
export async function issueInvoices(db: Transact, deps: IssueDeps, order: StoredOrder, first: boolean): Promise<void> {
  const written = await invoiceRepository.ofOrder(db, order.id);
  const invoice = written.find(({ kind }) => kind === 'invoice') ?? (first ? await issue(db, deps, order) : undefined);
  if (invoice === undefined) return;
  const returned = written
    .filter(({ kind }) => kind === 'credit_note')
    .reduce((sum, { total, tax }) => ({ total: sum.total + total, tax: sum.tax + tax }), { total: 0n, tax: 0n });
  if (order.refunded <= returned.total) return;
  const prefix = deps.snapshot().settings.invoices.creditNotePrefix;
  await write(db, deps, {
    ...invoice,
    kind: 'credit_note',
    prefix,
    correctsId: invoice.id,
    total: order.refunded - returned.total,
    // Of all that was given back, less what earlier notes said: at the end it is the tax of the invoice.
    tax: shareOf(invoice.tax, order.refunded, invoice.total) - returned.tax,
    content: { ...invoice.content, corrects: invoice.number },
  });
}

async function issue(db: Transact, deps: IssueDeps, order: StoredOrder): Promise<Invoice | undefined> {
  const { invoices: settings } = deps.snapshot().settings;
  if (settings.sellerName === '') return undefined;
  const method = await paymentMethodRepository.find(db, order.methodId);
  const plan = order.planId === undefined ? undefined : await planRepository.find(db, order.planId);
  const credit = `$${formatUsd(nanos(order.credit))}`;
  const tax = order.tax ?? taxWithin(order.amount, settings.taxPercent);
  return await write(db, deps, {
    kind: 'invoice',
    prefix: settings.prefix,
    orderId: order.id,
    userId: order.userId,
    correctsId: null,
    currency: order.currency,
    total: order.amount,
    tax,
    content: {
      seller: { name: settings.sellerName, address: settings.sellerAddress, taxId: settings.sellerTaxId },
      buyer: await buyerOf(db, order.userId),
      description: plan === undefined ? `Credit of ${credit}` : `Plan ${plan.name}, ${termOf(order)}`,
      taxName: settings.taxName,
      taxPercent: order.tax === undefined ? settings.taxPercent : percentWithin(order.amount, tax),
      note: settings.note,
      method: method?.name ?? order.provider,
      paidAt: order.paidAt ?? null,
      corrects: null,
    },
  });
}

const termOf = ({ cause }: StoredOrder): string => (cause === 'renewal' ? 'renewal' : 'first term');

type Draft = Omit<Invoice, 'id' | 'number' | 'series' | 'sequence' | 'createdAt'> & { readonly prefix: string };

async function write(db: Transact, deps: IssueDeps, { prefix, ...draft }: Draft): Promise<Invoice> {
  const createdAt = deps.now();
  const series = seriesOf(prefix, createdAt);
  const sequence = await invoiceRepository.nextNumber(db, deps.database.kind, series);
  const number = invoiceNumber(series, sequence);
  const invoice = { ...draft, id: `inv_${deps.newId()}`, number, series, sequence, createdAt };
  await invoiceRepository.insert(db, invoice);
  return invoice;
}

/** The details that the account gave, and what it is called where it gave none. */
async function buyerOf(db: Transact, userId: string): Promise<InvoiceContent['buyer']> {
  const user = await userRepository.find(db, userId);
  const details = await billingDetailsRepository.find(db, userId);
  return {
    name: details?.name || (user?.name ?? userId),
    address: details?.address ?? '',
    country: details?.country ?? '',
    taxId: details?.taxId ?? '',
    email: details?.email || (user?.email ?? ''),
  };
}
