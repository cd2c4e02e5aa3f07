import type { Font } from 'fontkit';
import { readFile } from 'node:fs/promises';

/** A font that a PDF can be printed in: its bytes, which one of its collection, and the letters that it has. */
export type Face = {
  readonly bytes: Uint8Array;
  /** PostScript name of the font within a collection. */
  readonly member: string | undefined;
  covers(codePoint: number): boolean;
};

/** Where systems keep fonts with the letters of many scripts, those with Chinese first. */
const places = [
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf',
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/System/Library/Fonts/Supplemental/Arial Unicode.ttf',
  'C:\\Windows\\Fonts\\msyh.ttc',
  '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  '/usr/share/fonts/dejavu/DejaVuSans.ttf',
];

/** Reads the fonts that there are, the operator's own (`TOLLGATE_PDF_FONT`) before those of the system. */
export async function findFaces(own: string | undefined): Promise<readonly Face[]> {
  const faces: Face[] = [];
  for (const place of own === undefined ? places : [own, ...places]) {
    const bytes = await readFile(place).catch(() => undefined);
    if (bytes !== undefined) faces.push(await openFace(bytes, place));
  }
  return faces;
}

async function openFace(bytes: Uint8Array, place: string): Promise<Face> {
  const { create } = await import('fontkit');
  try {
    const opened = create(Buffer.from(bytes));
    // Collections of Chinese, Japanese and Korean differ in how they draw what they share: the simplified Chinese one.
    const font = 'fonts' in opened ? (opened.fonts.find(isSimplified) ?? opened.fonts[0]) : opened;
    if (font === undefined) throw new Error('there is no font in it');
    const member = 'fonts' in opened ? font.postscriptName : undefined;
    return { bytes, member, covers: (codePoint) => font.hasGlyphForCodePoint(codePoint) };
  } catch (error) {
    throw new Error(`${place} is no font that can be printed in`, { cause: error });
  }
}

const isSimplified = ({ postscriptName }: Font): boolean => /(?:sc|SC)-/.test(postscriptName ?? '');
