import {
  billingDetailsSchema,
  invoiceFileQuerySchema,
  invoicePageSchema,
  invoiceQuerySchema,
  invoicesFileQuerySchema,
} from '../api/invoices.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Invoices and credit notes: one's own, and for administrators everybody's. */
export const invoiceOperations = declare({
  'invoices.list': {
    method: 'get',
    path: '/invoices',
    permission: 'orders:read',
    summary: 'Invoices and credit notes, newest first',
    query: invoiceQuerySchema,
    answer: invoicePageSchema,
  },
  'invoices.export': {
    kind: 'file',
    method: 'get',
    path: '/invoices/file',
    permission: 'orders:read',
    summary: 'Invoices and credit notes of a time as CSV or JSON',
    query: invoicesFileQuerySchema,
    contentTypes: ['text/csv', 'application/json'],
  },
  'invoices.download': {
    kind: 'file',
    method: 'get',
    path: '/invoices/{id}/file',
    permission: 'orders:read',
    summary: 'An invoice, receipt or credit note as PDF or JSON',
    params: idParams,
    query: invoiceFileQuerySchema,
    contentTypes: ['application/pdf', 'application/json'],
  },
  'billingDetails.read': {
    method: 'get',
    path: '/wallet/billing-details',
    permission: 'purchases:read',
    summary: 'Whom your invoices are made out to',
    answer: billingDetailsSchema,
  },
  'billingDetails.update': {
    method: 'put',
    path: '/wallet/billing-details',
    permission: 'purchases:write',
    summary: 'Change whom invoices from now on are made out to',
    body: billingDetailsSchema,
    answer: billingDetailsSchema,
  },
});
