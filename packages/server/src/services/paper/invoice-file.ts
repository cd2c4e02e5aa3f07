import type { InvoiceView } from '@tollgate/contract/api/invoices';
import { csvLine } from '../activity/export-format.ts';

type PaperFile<T extends string> = {
  readonly contentType: T;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const json = (value: unknown): Uint8Array<ArrayBuffer> => encode(`${JSON.stringify(value, undefined, 2)}\n`);

/** One invoice as a file. `fontFile` is a font for letters that PDF readers lack. */
export async function invoiceFile(
  invoice: InvoiceView,
  { format, title }: { readonly format: 'pdf' | 'json'; readonly title: 'invoice' | 'receipt' },
  fontFile: string | undefined,
): Promise<PaperFile<'application/pdf' | 'application/json'>> {
  const base = `${title === 'receipt' ? 'receipt-' : ''}${invoice.number.replaceAll(/[^\w.-]/g, '-')}`;
  if (format === 'json') return { contentType: 'application/json', name: `${base}.json`, bytes: json(invoice) };
  // Takes long to load, and is seldom wanted.
  const { invoicePdf } = await import('./invoice-pdf.ts');
  return {
    contentType: 'application/pdf',
    name: `${base}.pdf`,
    bytes: await invoicePdf(invoice, title, fontFile),
  };
}

const columns = [
  'time',
  'kind',
  'number',
  'corrects',
  'order_id',
  'user_id',
  'buyer',
  'buyer_country',
  'buyer_tax_id',
  'description',
  'currency',
  'net',
  'tax_percent',
  'tax',
  'total',
];

/** Many invoices as a file. In CSV a credit note has negative amounts, so that columns can be added up. */
export function invoicesFile(
  invoices: readonly InvoiceView[],
  format: 'csv' | 'json',
): PaperFile<'text/csv' | 'application/json'> {
  if (format === 'json') return { contentType: 'application/json', name: 'invoices.json', bytes: json(invoices) };
  const lines = invoices.map(({ content, ...one }) => {
    const sign = one.kind === 'credit_note' ? '-' : '';
    return csvLine(
      [
        new Date(one.createdAt).toISOString(),
        one.kind,
        one.number,
        content.corrects ?? '',
        one.orderId,
        one.userId,
        content.buyer.name,
        content.buyer.country,
        content.buyer.taxId,
        content.description,
        one.currency,
        `${sign}${one.net}`,
        content.taxPercent,
        `${sign}${one.tax}`,
        `${sign}${one.total}`,
      ],
      4,
    );
  });
  return { contentType: 'text/csv', name: 'invoices.csv', bytes: encode(csvLine(columns) + lines.join('')) };
}
