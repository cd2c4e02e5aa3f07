import PDFDocument from 'pdfkit';
import { Refusal } from '../../domain/refusal.ts';
import { findFaces, type Face } from './pdf-fonts.ts';

/** A4, in points. */
const [width, height] = [595.28, 841.89];
export const pdfMargin = 50;
export const pdfWidth = width;
const lineHeight = 15;
const bottom = 60;

/** A piece of a line, which begins at `x`, or ends there. */
export type Cell = {
  readonly text: string;
  readonly x: number;
  readonly end?: true;
  readonly bold?: true;
  readonly size?: number;
};

/** Prints a line; `lines` is how far the next one is below. */
export type Print = (cells: readonly Cell[], lines?: number) => void;

type Run = { readonly text: string; readonly font: string };

/**
 * Prints lines on as many pages as they take. What every reader's own fonts lack is printed in a font that is embedded: that of
 * `fontFile`, or one of the system. A letter that none of them has is refused plainly.
 */
export async function writePdf(
  about: { readonly title: string; readonly issuer: string; readonly fontFile: string | undefined },
  draw: (print: Print) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const lines: (readonly [cells: readonly Cell[], lines: number])[] = [];
  draw((cells, count = 1) => lines.push([cells, count]));
  const letters = lines.flatMap(([cells]) => cells.map(({ text }) => text)).join('');
  const faces = isPlain(letters) ? [] : await findFaces(about.fontFile);
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    info: { Title: about.title, Author: about.issuer, Producer: about.issuer },
  });
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  for (const [index, { bytes, member }] of faces.entries())
    document.registerFont(`face-${index}`, Buffer.from(bytes), member);
  printLines(document, faces, lines);
  numberPages(document);
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

function printLines(
  document: PDFKit.PDFDocument,
  faces: readonly Face[],
  lines: readonly (readonly [cells: readonly Cell[], lines: number])[],
): void {
  let y: number | undefined;
  for (const [cells, count] of lines) {
    if (y === undefined || y > height - bottom) {
      document.addPage();
      y = pdfMargin + lineHeight;
    }
    for (const { text, x, end, bold, size = 9.5 } of cells) {
      const runs = runsOf(text, faces, bold === true ? 'Helvetica-Bold' : 'Helvetica');
      const widths = runs.map((run) => document.font(run.font).fontSize(size).widthOfString(run.text));
      let at = end === true ? x - widths.reduce((sum, one) => sum + one, 0) : x;
      for (const [index, run] of runs.entries()) {
        document.font(run.font).fontSize(size).text(run.text, at, y, { lineBreak: false, baseline: 'alphabetic' });
        at += widths[index] ?? 0;
      }
    }
    y += lineHeight * count;
  }
}

/** What the standard fonts of every reader have: the letters of Western Europe. */
const plain = /^[\u0020-\u007e\u00a1-\u00ff€–—‘’“”„•…]*$/u;
const isPlain = (text: string): boolean => plain.test(text);

/** Cuts a text where its font changes. What has no letters of its own, such as a space, stays in the font before it. */
function runsOf(text: string, faces: readonly Face[], standard: string): readonly Run[] {
  const runs: { text: string; font: string }[] = [];
  for (const char of text) {
    const last = runs.at(-1);
    const neutral = last !== undefined && !/[\p{L}\p{N}]/u.test(char) && has(last.font, char, faces);
    const font = neutral ? last.font : fontOf(char, faces, standard);
    const written = font === undefined ? '?' : char;
    if (last !== undefined && last.font === (font ?? standard)) last.text += written;
    else runs.push({ text: written, font: font ?? standard });
  }
  return runs;
}

function has(font: string, char: string, faces: readonly Face[]): boolean {
  const face = font.startsWith('face-') ? faces[Number(font.slice(5))] : undefined;
  return face === undefined ? isPlain(char) : face.covers(char.codePointAt(0) ?? 0);
}

/** The font for a letter; undefined for a sign (such as an emoji) that none has, and that can be done without. */
function fontOf(char: string, faces: readonly Face[], standard: string): string | undefined {
  if (isPlain(char)) return standard;
  const index = faces.findIndex((face) => face.covers(char.codePointAt(0) ?? 0));
  if (index >= 0) return `face-${index}`;
  if (!/[\p{L}\p{N}]/u.test(char)) return undefined;
  throw new Refusal(
    'invalid_request',
    `No font here has the letter "${char}". Take CSV or JSON, which have all letters, or have TOLLGATE_PDF_FONT name a font that has it.`,
    { param: 'format' },
  );
}

function numberPages(document: PDFKit.PDFDocument): void {
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    document.switchToPage(page);
    document
      .font('Helvetica')
      .fontSize(8)
      .text(`${page + 1} / ${count}`, width - pdfMargin - 30, height - pdfMargin / 2, { lineBreak: false });
  }
}
