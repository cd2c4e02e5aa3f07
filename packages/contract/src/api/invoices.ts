import { z } from 'zod';
import { momentSchema, pageOf, pageQuerySchema } from './page.ts';

/** Invoices and credit notes for what was bought, and whom they are made out to. */

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must be one line');
/** A text of a few lines. */
const lines = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[\P{Cc}\n]*$/u, 'must not have control characters');

export const billingDetailsSchema = z
  .strictObject({
    name: line(200).default('').describe('Name of the person or company; empty for that of the account.'),
    address: lines(500).default('').describe('Of several lines.'),
    country: z
      .string()
      .regex(/^([A-Z]{2})?$/, 'must be a country such as DE')
      .default('')
      .describe('ISO 3166, two letters.'),
    taxId: line(40).default('').describe('Tax number, such as a VAT ID or 统一社会信用代码.'),
    email: line(200).default('').describe('Where invoices concern; empty for that of the account.'),
  })
  .meta({ id: 'BillingDetails' });
export type BillingDetails = z.output<typeof billingDetailsSchema>;

/** What stands on an invoice, as it was when it was written. */
export const invoiceContentSchema = z.strictObject({
  seller: z.strictObject({ name: z.string(), address: z.string(), taxId: z.string() }),
  buyer: billingDetailsSchema,
  description: z.string(),
  taxName: z.string(),
  taxPercent: z.string(),
  note: z.string(),
  method: z.string().describe('By what it was paid.'),
  paidAt: momentSchema.nullable(),
  corrects: z.string().nullable().describe('Number of the invoice that a credit note corrects.'),
});
export type InvoiceContent = z.output<typeof invoiceContentSchema>;

export const invoiceSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['invoice', 'credit_note']),
    number: z.string(),
    orderId: z.string(),
    userId: z.string(),
    currency: z.string(),
    net: z.string().describe('Without tax, as a decimal; a credit note gives back.'),
    tax: z.string(),
    total: z.string(),
    content: invoiceContentSchema,
    createdAt: momentSchema,
  })
  .meta({ id: 'Invoice' });
export type InvoiceView = z.output<typeof invoiceSchema>;

const whose = z.string().max(80).optional().describe('Whose; administrators may name another, or `all`.');

export const invoiceQuerySchema = pageQuerySchema.extend({ userId: whose });
export const invoicePageSchema = pageOf(invoiceSchema);

export const invoiceFileQuerySchema = z.strictObject({
  format: z.enum(['pdf', 'json']).default('pdf'),
  title: z.enum(['invoice', 'receipt']).default('invoice').describe('What the PDF of an invoice calls itself.'),
});

const moment = z.coerce.number<number>().int().min(0).max(8.64e15);
export const invoicesFileQuerySchema = z.strictObject({
  userId: whose,
  from: moment.optional().describe('Milliseconds since the epoch.'),
  to: moment.optional().describe('Milliseconds since the epoch; not included.'),
  format: z.enum(['csv', 'json']).default('csv'),
});
