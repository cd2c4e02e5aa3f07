import type { MonthStatement } from '@tollgate/contract/api/statements';
import { formatUsd, nanos } from '../../domain/money.ts';
import { csvLine } from '../activity/export-format.ts';

type StatementFile = {
  readonly contentType: 'text/csv' | 'application/json' | 'application/pdf';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** A statement as a file; `issuer` is the name of the site, `fontFile` a font for letters that PDF readers lack. */
export async function statementFile(
  statement: MonthStatement,
  format: 'csv' | 'json' | 'pdf',
  { issuer, fontFile }: { readonly issuer: string; readonly fontFile: string | undefined },
): Promise<StatementFile> {
  const name = `statement-${statement.month}.${format}`;
  if (format === 'csv') return { contentType: 'text/csv', name, bytes: encode(csvOf(statement)) };
  if (format === 'json')
    return { contentType: 'application/json', name, bytes: encode(`${JSON.stringify(statement, undefined, 2)}\n`) };
  // Takes long to load, and is seldom wanted.
  const { statementPdf } = await import('./statement-pdf.ts');
  return { contentType: 'application/pdf', name, bytes: await statementPdf(statement, { issuer, fontFile }) };
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const amount = (text: string): string => formatUsd(nanos(BigInt(text)));

/** Opening and closing are lines of their own, so that the column of amounts can be added up. */
function csvOf({ from, to, openingNanos, closingNanos, lines }: MonthStatement): string {
  const rows: (readonly [at: number, kind: string, note: string, id: string, amount: string])[] = [
    [from, 'opening', '', '', amount(openingNanos)],
    ...lines.map(
      (line) => [line.at, line.kind, line.note, line.transactionId ?? '', amount(line.amountNanos)] as const,
    ),
    [to, 'closing', '', '', amount(closingNanos)],
  ];
  const head = csvLine(['time', 'kind', 'note', 'transaction_id', 'amount_usd']);
  return head + rows.map(([at, ...rest]) => csvLine([new Date(at).toISOString(), ...rest], 1)).join('');
}
