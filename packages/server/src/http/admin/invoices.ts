import type { invoiceOperations } from '@tollgate/contract/operations/invoices';
import { invoiceFile, invoicesFile } from '../../services/paper/invoice-file.ts';
import {
  changeBillingDetails,
  invoicesWithin,
  listInvoices,
  presentInvoice,
  readBillingDetails,
  readInvoice,
} from '../../services/paper/invoices.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

/** Invoices and credit notes, and whom they are made out to. */
export const invoiceHandlers = ({ accounts, pdfFont }: AdminDeps): Handlers<typeof invoiceOperations> => ({
  'invoices.list': async ({ query: { limit, after, userId } }, context) => {
    const ask = { limit, after: readCursor(after), userId: whoseOf(context, userId) };
    return presentPage(await listInvoices(accounts, ask), presentInvoice);
  },
  'invoices.export': async ({ query: { userId, from, to, format } }, context) =>
    invoicesFile(await invoicesWithin(accounts, { userId: whoseOf(context, userId), from, to }), format),
  'invoices.download': async ({ params, query }, { caller, reach }) => {
    const invoice = await readInvoice(accounts, params.id, reach === 'any' ? undefined : caller.user.id);
    return await invoiceFile(invoice, query, pdfFont);
  },
  'billingDetails.read': async (_, { caller }) => await readBillingDetails(accounts, caller.user.id),
  'billingDetails.update': async ({ body }, { caller }) => await changeBillingDetails(accounts, caller.user.id, body),
});
