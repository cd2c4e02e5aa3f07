import type { InvoiceView } from '@tollgate/contract/api/invoices';
import { pdfMargin, pdfWidth, writePdf, type Cell, type Print } from './pdf.ts';

/** An invoice, the same as a receipt, or a credit note, as PDF. */
export async function invoicePdf(
  invoice: InvoiceView,
  title: 'invoice' | 'receipt',
  fontFile: string | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const { content, number, currency } = invoice;
  const name = invoice.kind === 'credit_note' ? 'Credit note' : title === 'receipt' ? 'Receipt' : 'Invoice';
  const about = { title: `${name} ${number}`, issuer: content.seller.name, fontFile };
  return await writePdf(about, (print) => {
    print([{ text: name, x: pdfMargin, bold: true, size: 18 }], 2);
    for (const [term, text] of facts(invoice))
      print([
        { text: term, x: pdfMargin },
        { text, x: pdfMargin + 110 },
      ]);
    print([], 1);
    printParties(print, invoice);
    print([], 1);
    print(row('Description', `Amount (${currency})`, true), 1.3);
    print(row(content.description, invoice.net));
    print([], 0.5);
    print(row('Subtotal without tax', invoice.net));
    print(row(`${content.taxName} ${content.taxPercent} %`, invoice.tax));
    print(row(invoice.kind === 'credit_note' ? 'Credited in total' : 'Total', `${invoice.total} ${currency}`, true), 2);
    if (invoice.kind === 'invoice')
      print(
        [{ text: `Paid in full by ${content.method} on ${dayOf(content.paidAt ?? invoice.createdAt)}.`, x: pdfMargin }],
        1.5,
      );
    for (const text of linesOf(content.note)) print([{ text, x: pdfMargin, size: 8.5 }]);
  });
}

const facts = ({ number, createdAt, content, orderId, kind }: InvoiceView): readonly (readonly [string, string])[] => [
  ['Number', number],
  ['Date', dayOf(createdAt)],
  ...(kind === 'credit_note' ? [['For invoice', content.corrects ?? ''] as const] : []),
  ['Order', orderId],
];

/** Seller and buyer, beside each other. */
function printParties(print: Print, { content: { seller, buyer } }: InvoiceView): void {
  const from = [seller.name, ...linesOf(seller.address), ...taxLine(seller.taxId)];
  const to = [buyer.name, ...linesOf(buyer.address), ...linesOf(buyer.country), ...taxLine(buyer.taxId), buyer.email];
  const middle = pdfMargin + 260;
  print([
    { text: 'From', x: pdfMargin, bold: true },
    { text: 'To', x: middle, bold: true },
  ]);
  for (let line = 0; line < Math.max(from.length, to.length); line++)
    print([
      { text: from[line] ?? '', x: pdfMargin },
      { text: to[line] ?? '', x: middle },
    ]);
}

const taxLine = (taxId: string): readonly string[] => (taxId === '' ? [] : [`Tax ID ${taxId}`]);

/** The lines of a text, long ones cut where they would run into what stands beside them. */
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => line.match(/.{1,100}/gu) ?? []);

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const row = (text: string, amount: string, bold?: true): readonly Cell[] => {
  const look = bold === undefined ? {} : { bold };
  return [
    { text, x: pdfMargin, ...look },
    { text: amount, x: pdfWidth - pdfMargin, end: true, ...look },
  ];
};
