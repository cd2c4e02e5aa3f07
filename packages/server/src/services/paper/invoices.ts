import type { BillingDetails, InvoiceView } from '@tollgate/contract/api/invoices';
import { formatMinor } from '../../domain/payment.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { Page, PageAsk } from '../../store/page.ts';
import { billingDetailsRepository } from '../../store/paper/billing-details.ts';
import { invoiceRepository, type Invoice, type InvoiceAsk } from '../../store/paper/invoices.ts';

export type InvoiceDeps = { readonly database: Database; readonly now: () => number };

/** Most invoices that one file has. */
const mostInFile = 20_000;

export const presentInvoice = (one: Invoice): InvoiceView => ({
  id: one.id,
  kind: one.kind,
  number: one.number,
  orderId: one.orderId,
  userId: one.userId,
  currency: one.currency,
  net: formatMinor(one.total - one.tax, one.currency),
  tax: formatMinor(one.tax, one.currency),
  total: formatMinor(one.total, one.currency),
  content: one.content,
  createdAt: one.createdAt,
});

export const listInvoices = async ({ database }: InvoiceDeps, ask: PageAsk & InvoiceAsk): Promise<Page<Invoice>> =>
  await invoiceRepository.page(database.db, ask);

/** An invoice or credit note, of this user only when one is named. */
export async function readInvoice(
  { database }: InvoiceDeps,
  id: string,
  userId: string | undefined,
): Promise<InvoiceView> {
  const invoice = await invoiceRepository.find(database.db, id);
  if (invoice === undefined || (userId !== undefined && invoice.userId !== userId))
    throw new Refusal('not_found', 'There is no such invoice.');
  return presentInvoice(invoice);
}

/** All invoices of a time, in the order of time. */
export async function invoicesWithin({ database }: InvoiceDeps, ask: InvoiceAsk): Promise<readonly InvoiceView[]> {
  const { rows, next } = await invoiceRepository.page(database.db, { ...ask, limit: mostInFile });
  if (next !== undefined)
    throw new Refusal('invalid_request', `A file has ${mostInFile} invoices at most: ask for a shorter time.`, {
      param: 'from',
    });
  return rows.toReversed().map(presentInvoice);
}

const noDetails: BillingDetails = { name: '', address: '', country: '', taxId: '', email: '' };

/** Whom the invoices of an account are made out to; empty where it did not say. */
export const readBillingDetails = async ({ database }: InvoiceDeps, userId: string): Promise<BillingDetails> =>
  (await billingDetailsRepository.find(database.db, userId)) ?? noDetails;

/** Changes whom invoices are made out to; those that were written stay as they are. */
export async function changeBillingDetails(
  { database, now }: InvoiceDeps,
  userId: string,
  details: BillingDetails,
): Promise<BillingDetails> {
  await billingDetailsRepository.save(database.db, database.kind, userId, details, now());
  return details;
}
