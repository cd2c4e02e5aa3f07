import type { MonthStatement } from '@tollgate/contract/api/statements';
import { PDFDocument, StandardFonts, type PDFFont, type PDFPage } from 'pdf-lib';
import { Refusal } from '../../domain/refusal.ts';
import { formatUsd, nanos } from '../../domain/money.ts';

/** A4, in points. */
const [width, height] = [595.28, 841.89];
const margin = 50;
const lineHeight = 15;
const bottom = 60;

type Fonts = { readonly plain: PDFFont; readonly bold: PDFFont };
type Cell = {
  readonly text: string;
  readonly x: number;
  readonly end?: true;
  readonly bold?: true;
  readonly size?: number;
};

/**
 * A statement as PDF. Its fonts are those that every reader has, which know the letters of Western Europe: a name in others is refused
 * plainly, and CSV and JSON have it all.
 */
export async function statementPdf(statement: MonthStatement, issuer: string): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.create();
  const fonts = {
    plain: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  document.setTitle(`Statement ${statement.month}`);
  document.setProducer(issuer);
  const print = printerOn(document, fonts);
  const { account } = statement;
  print([{ text: issuer, x: margin, bold: true, size: 16 }], 2);
  print([{ text: `Statement of account, ${statement.month}`, x: margin, bold: true, size: 12 }], 1.5);
  print([{ text: account.email === null ? account.name : `${account.name}, ${account.email}`, x: margin }]);
  print([{ text: `Account ${account.userId} - amounts in USD - days of ${statement.timeZone}`, x: margin }], 2);
  print(row('Day', 'Movement', 'Amount', true));
  print(row('', 'Opening balance', usd(statement.openingNanos), true));
  for (const { at, kind, note, amountNanos } of statement.lines)
    print(row(dayOf(at, statement.timeZone), note === '' ? kind : `${kind}: ${note}`, usd(amountNanos)));
  print(row('', 'Closing balance', usd(statement.closingNanos), true));
  numberPages(document, fonts.plain);
  return new Uint8Array(await document.save());
}

const usd = (text: string): string => formatUsd(nanos(BigInt(text)));

const dayOf = (at: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();

const longestNote = 62;
const row = (day: string, words: string, amount: string, bold?: true): readonly Cell[] => {
  const look = bold === undefined ? {} : { bold };
  const short = words.length > longestNote ? `${words.slice(0, longestNote)}...` : words;
  return [
    { text: day, x: margin, ...look },
    { text: short, x: margin + 80, ...look },
    { text: amount, x: width - margin, end: true, ...look },
  ];
};

/** Prints line under line, on as many pages as it takes; `lines` is how far the next one is below. */
function printerOn(document: PDFDocument, fonts: Fonts): (cells: readonly Cell[], lines?: number) => void {
  let page: PDFPage | undefined;
  let y = 0;
  return (cells, lines = 1) => {
    if (page === undefined || y < bottom) {
      page = document.addPage([width, height]);
      y = height - margin - lineHeight;
    }
    for (const { text, x, end, bold, size = 9.5 } of cells) {
      const font = bold === true ? fonts.bold : fonts.plain;
      const written = writable(font, text);
      page.drawText(written, { x: end === true ? x - font.widthOfTextAtSize(written, size) : x, y, size, font });
    }
    y -= lineHeight * lines;
  };
}

function writable(font: PDFFont, text: string): string {
  try {
    font.encodeText(text);
    return text;
  } catch {
    throw new Refusal(
      'invalid_request',
      `A PDF here has the letters of Western Europe only, and "${text}" has others. Take CSV or JSON, which have all.`,
      { param: 'format' },
    );
  }
}

function numberPages(document: PDFDocument, font: PDFFont): void {
  const pages = document.getPages();
  for (const [index, page] of pages.entries())
    page.drawText(`${index + 1} / ${pages.length}`, { x: width - margin - 30, y: margin / 2, size: 8, font });
}
