import { column, optional } from '../table.ts';

/** Invoices, and what they are written from; migration 0073. Amounts called `_minor` are whole minor units of a currency. */
export const invoiceTables = {
  /**
   * Written once and never changed. `content` is JSON of everything that stands on it, as it was then. A credit note
   * corrects the invoice `corrects_id`. `number` is unique; it comes from `series` and `sequence`.
   */
  invoices: {
    id: column.id,
    kind: column.text<'invoice' | 'credit_note'>(12),
    number: column.text(60),
    series: column.text(40),
    sequence: column.integer,
    order_id: column.id,
    user_id: column.id,
    corrects_id: optional(column.id),
    currency: column.text(3),
    total_minor: column.bigint,
    tax_minor: column.bigint,
    content: column.longText,
    created_at: column.moment,
  },
  /** The last number that a series gave. */
  invoice_series: { series: column.text(40), last_number: column.integer },
  /** Whom the invoices of an account are made out to. */
  billing_details: {
    user_id: column.id,
    name: column.text(200),
    address: column.text(500),
    country: column.text(2),
    tax_id: column.text(40),
    email: column.text(200),
    updated_at: column.moment,
  },
};
