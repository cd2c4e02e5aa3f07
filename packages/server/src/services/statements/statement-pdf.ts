import type { MonthStatement } from '@tollgate/contract/api/statements';
import { formatUsd, nanos } from '../../domain/money.ts';
import { pdfMargin, pdfWidth, writePdf, type Cell } from '../paper/pdf.ts';

/** A statement as PDF. `fontFile` is a font with letters that the readers' own fonts lack. */
export async function statementPdf(
  statement: MonthStatement,
  { issuer, fontFile }: { readonly issuer: string; readonly fontFile: string | undefined },
): Promise<Uint8Array<ArrayBuffer>> {
  const { account } = statement;
  return await writePdf({ title: `Statement ${statement.month}`, issuer, fontFile }, (print) => {
    print([{ text: issuer, x: pdfMargin, bold: true, size: 16 }], 2);
    print([{ text: `Statement of account, ${statement.month}`, x: pdfMargin, bold: true, size: 12 }], 1.5);
    print([{ text: account.email === null ? account.name : `${account.name}, ${account.email}`, x: pdfMargin }]);
    print([{ text: `Account ${account.userId} - amounts in USD - days of ${statement.timeZone}`, x: pdfMargin }], 2);
    print(row('Day', 'Movement', 'Amount', true));
    print(row('', 'Opening balance', usd(statement.openingNanos), true));
    for (const { at, kind, note, amountNanos } of statement.lines)
      print(row(dayOf(at, statement.timeZone), note === '' ? kind : `${kind}: ${note}`, usd(amountNanos)));
    print(row('', 'Closing balance', usd(statement.closingNanos), true));
  });
}

const usd = (text: string): string => formatUsd(nanos(BigInt(text)));

const dayOf = (at: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();

const longestNote = 62;
const row = (day: string, words: string, amount: string, bold?: true): readonly Cell[] => {
  const look = bold === undefined ? {} : { bold };
  const short = words.length > longestNote ? `${words.slice(0, longestNote)}...` : words;
  return [
    { text: day, x: pdfMargin, ...look },
    { text: short, x: pdfMargin + 80, ...look },
    { text: amount, x: pdfWidth - pdfMargin, end: true, ...look },
  ];
};
